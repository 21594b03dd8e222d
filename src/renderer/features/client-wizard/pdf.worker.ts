/** Reads documents beside the page. A file of ours, because the pages' policy lets no other script run. */
import 'pdfjs-dist/build/pdf.worker.min.mjs';
