import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** The picture of a visit, while it is here. It goes with a visit that came to no order, or once the server has it. */
export const visitPhotos = sqliteTable(
  'visit_photos',
  {
    visitId: text('visit_id').primaryKey(),
    imageId: text('image_id').notNull(),
    /** Unix ms. */
    takenAt: integer('taken_at').notNull(),
    /** `leaving`: all is done with it here, and it waits only to be safe on the server. */
    phase: text('phase').$type<'here' | 'leaving'>().notNull(),
  },
  (table) => [index('visit_photos_by_phase').on(table.phase)],
);
