/**
 * Builds of onnxruntime from 1.29 on send usage data to their maker unless this stands in the environment before the
 * library is loaded. The version in use cannot (a test looks into its libraries); this is the second lock, for
 * whoever puts another version in. Imported before anything that loads the library.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';
