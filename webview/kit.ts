/**
 * The only import of the toolkit. It is no longer developed, so leaving it one day must be a change of this file and
 * of the templates in frame.ts.
 */
import { provideVSCodeDesignSystem, vsCodeButton, vsCodeCheckbox } from '@vscode/webview-ui-toolkit';

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox());
