import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { About } from '../inline/inline-answers';

/** Scheme of the pages of single patients. */
export const patientScheme = 'medbert-patient';

/**
 * Addresses of patients' pages. The editor writes the addresses of open and recently opened texts to the disk, so who
 * is meant does not stand in them: an address is a random word that only this window knows the meaning of.
 */
export class PatientAddresses {
  private readonly meant = new Map<string, About>();

  constructor(private readonly word: () => string = randomUUID) {}

  /** The address of a patient under a run; the same as long as the window lives. */
  of(about: About): vscode.Uri {
    const words = [...this.meant];
    const present = words.findIndex(([, { run, patient }]) => run === about.run && patient === about.patient);
    const authority = words[present]?.[0] ?? this.word();
    this.meant.set(authority, about);
    const number = present < 0 ? this.meant.size : present + 1;
    // The last part is what the tab is called.
    const path = `/${vscode.l10n.t('Patient {0}', number)}`;
    return vscode.Uri.from({ scheme: patientScheme, authority, path });
  }

  /** Who is meant; undefined for an address of an earlier window. */
  about(uri: { readonly scheme: string; readonly authority: string }): About | undefined {
    return uri.scheme === patientScheme ? this.meant.get(uri.authority) : undefined;
  }
}
