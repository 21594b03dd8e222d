CREATE TABLE `audit_logs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`event` text NOT NULL,
	`entity` text NOT NULL,
	`entity_id` text NOT NULL,
	`details` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_logs_by_time` ON `audit_logs` (`at`);--> statement-breakpoint
CREATE INDEX `audit_logs_by_entity` ON `audit_logs` (`entity`,`entity_id`);--> statement-breakpoint
CREATE TABLE `blobs` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text,
	`media_type` text,
	`size` integer,
	`state` text NOT NULL,
	`sent_bytes` integer NOT NULL,
	`added_at` integer NOT NULL,
	`used_at` integer NOT NULL,
	`checked_at` integer,
	`epoch` text,
	`attempts` integer NOT NULL,
	`retry_at` integer NOT NULL,
	`fault` text,
	`unreferenced_since` integer
);
--> statement-breakpoint
CREATE INDEX `blobs_waiting` ON `blobs` (`retry_at`) WHERE state IN ('local', 'uploading');--> statement-breakpoint
CREATE INDEX `blobs_held` ON `blobs` (`used_at`) WHERE state = 'durable';--> statement-breakpoint
CREATE TABLE `capabilities_off` (
	`capability` text PRIMARY KEY NOT NULL,
	`since` integer NOT NULL,
	`member_id` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `catalogue_items` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL,
	`name` text GENERATED ALWAYS AS (json_extract(fields, '$.name')) VIRTUAL,
	`barcode` text GENERATED ALWAYS AS (json_extract(fields, '$.barcode')) VIRTUAL,
	`sku` text GENERATED ALWAYS AS (json_extract(fields, '$.sku')) VIRTUAL,
	`category` text GENERATED ALWAYS AS (json_extract(fields, '$.category')) VIRTUAL,
	`favourite` integer GENERATED ALWAYS AS (json_extract(fields, '$.favourite')) VIRTUAL,
	`kiosk_service` text GENERATED ALWAYS AS (json_extract(fields, '$.kioskService')) VIRTUAL,
	`active` integer GENERATED ALWAYS AS (json_extract(fields, '$.active')) VIRTUAL,
	`last_price_from` integer GENERATED ALWAYS AS (json_extract(fields, '$.coming[#-1].effectiveFrom')) VIRTUAL
);
--> statement-breakpoint
CREATE INDEX `catalogue_items_by_barcode` ON `catalogue_items` (`barcode`);--> statement-breakpoint
CREATE INDEX `catalogue_items_by_kiosk_service` ON `catalogue_items` (`active`,`name`) WHERE kiosk_service is not null;--> statement-breakpoint
CREATE INDEX `catalogue_items_by_last_price` ON `catalogue_items` (`last_price_from`) WHERE last_price_from is not null;--> statement-breakpoint
CREATE TABLE `appliances` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL,
	`client_id` text GENERATED ALWAYS AS (json_extract(fields, '$.clientId')) VIRTUAL
);
--> statement-breakpoint
CREATE INDEX `appliances_by_client` ON `appliances` (`client_id`);--> statement-breakpoint
CREATE TABLE `client_drafts` (
	`client_id` text NOT NULL,
	`member_id` text NOT NULL,
	`form` text NOT NULL,
	`sealed` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`client_id`, `member_id`, `form`)
);
--> statement-breakpoint
CREATE TABLE `clients` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL,
	`status` text GENERATED ALWAYS AS (json_extract(fields, '$.status')) VIRTUAL,
	`assigned_to` text GENERATED ALWAYS AS (json_extract(fields, '$.assignedTo')) VIRTUAL,
	`updated_at` integer GENERATED ALWAYS AS (json_extract(fields, '$.updatedAt')) VIRTUAL
);
--> statement-breakpoint
CREATE INDEX `clients_by_status` ON `clients` (`status`,`updated_at`);--> statement-breakpoint
CREATE INDEX `clients_by_member` ON `clients` (`assigned_to`,`updated_at`);--> statement-breakpoint
CREATE TABLE `field_conflicts` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL,
	`entity_id` text GENERATED ALWAYS AS (json_extract(fields, '$.entityId')) VIRTUAL,
	`resolved_at` integer GENERATED ALWAYS AS (json_extract(fields, '$.resolvedAt')) VIRTUAL
);
--> statement-breakpoint
CREATE INDEX `field_conflicts_by_entity` ON `field_conflicts` (`entity_id`);--> statement-breakpoint
CREATE TABLE `passport_reveals` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `passports` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `tariffs` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `remote_commands` (
	`id` text PRIMARY KEY NOT NULL,
	`order` text NOT NULL,
	`state` text NOT NULL,
	`received_at` integer NOT NULL,
	`deadline` integer NOT NULL,
	`outcome` text,
	`details` text,
	`finished_at` integer,
	`bundle` text,
	`told_at` integer
);
--> statement-breakpoint
CREATE INDEX `remote_commands_by_state` ON `remote_commands` (`state`,`told_at`);--> statement-breakpoint
CREATE TABLE `contracts` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL,
	`client_id` text GENERATED ALWAYS AS (json_extract(fields, '$.clientId')) VIRTUAL,
	`pdf_sha256` text GENERATED ALWAYS AS (json_extract(fields, '$.pdfSha256')) VIRTUAL,
	`created_at` integer GENERATED ALWAYS AS (json_extract(fields, '$.createdAt')) VIRTUAL
);
--> statement-breakpoint
CREATE INDEX `contracts_by_client` ON `contracts` (`client_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `contracts_by_pdf` ON `contracts` (`pdf_sha256`);--> statement-breakpoint
CREATE TABLE `invoices` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL,
	`client_id` text GENERATED ALWAYS AS (json_extract(fields, '$.clientId')) VIRTUAL,
	`created_at` integer GENERATED ALWAYS AS (json_extract(fields, '$.createdAt')) VIRTUAL
);
--> statement-breakpoint
CREATE INDEX `invoices_by_client` ON `invoices` (`client_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `support_messages` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL,
	`client_id` text GENERATED ALWAYS AS (json_extract(fields, '$.clientId')) VIRTUAL,
	`at` integer GENERATED ALWAYS AS (json_extract(fields, '$.at')) VIRTUAL
);
--> statement-breakpoint
CREATE INDEX `support_messages_by_client` ON `support_messages` (`client_id`,`at`);--> statement-breakpoint
CREATE TABLE `device_state` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `shops` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `car_scans` (
	`id` text PRIMARY KEY NOT NULL,
	`visit_id` text NOT NULL,
	`started_at` integer NOT NULL,
	`state` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `car_scans_by_visit` ON `car_scans` (`visit_id`,`started_at`);--> statement-breakpoint
CREATE TABLE `thickness_measurements` (
	`visit_id` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL,
	`norms` text NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`readings` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `command_executions` (
	`id` text PRIMARY KEY NOT NULL,
	`via` text NOT NULL,
	`user_id` text,
	`action` text NOT NULL,
	`payload` text NOT NULL,
	`state` text NOT NULL,
	`received_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`order` text,
	`outcome` text,
	`reason` text,
	`sold` text,
	`finished_at` integer,
	`told_at` integer
);
--> statement-breakpoint
CREATE INDEX `command_executions_by_state` ON `command_executions` (`state`,`told_at`);--> statement-breakpoint
CREATE TABLE `cash_counts` (
	`id` text PRIMARY KEY NOT NULL,
	`register_id` text NOT NULL,
	`shift_number` integer NOT NULL,
	`count` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `cash_counts_by_shift` ON `cash_counts` (`register_id`,`shift_number`);--> statement-breakpoint
CREATE TABLE `fiscal_records` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL,
	`order_id` text GENERATED ALWAYS AS (json_extract(fields, '$.orderId')) VIRTUAL,
	`status` text GENERATED ALWAYS AS (json_extract(fields, '$.status')) VIRTUAL,
	`fn_number` text GENERATED ALWAYS AS (json_extract(fields, '$.document.fnNumber')) VIRTUAL,
	`document_number` integer GENERATED ALWAYS AS (json_extract(fields, '$.document.fiscalDocumentNumber')) VIRTUAL
);
--> statement-breakpoint
CREATE INDEX `fiscal_records_by_order` ON `fiscal_records` (`order_id`);--> statement-breakpoint
CREATE INDEX `fiscal_records_by_document` ON `fiscal_records` (`document_number`,`fn_number`);--> statement-breakpoint
CREATE TABLE `fiscal_tasks` (
	`id` text PRIMARY KEY NOT NULL,
	`register_id` text NOT NULL,
	`seq` integer NOT NULL,
	`origin` text NOT NULL,
	`task` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`baseline` text,
	`document` text,
	`error` text,
	`shift_number` integer,
	`shift_auto_opened` integer DEFAULT false NOT NULL,
	`server_status` text,
	`said_not_printed_by` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `fiscal_tasks_by_state` ON `fiscal_tasks` (`register_id`,`state`,`seq`);--> statement-breakpoint
CREATE INDEX `fiscal_tasks_by_shift` ON `fiscal_tasks` (`register_id`,`shift_number`);--> statement-breakpoint
CREATE INDEX `fiscal_tasks_with_contact` ON `fiscal_tasks` (`seq`) WHERE json_extract(task, '$.receipt.customerContact') IS NOT NULL;--> statement-breakpoint
CREATE TABLE `registers` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text,
	`is_main` integer DEFAULT false NOT NULL,
	`address` text,
	`server_address` text,
	`server_url` text,
	`kkt_serial` text,
	`fn_number` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `shift_reports` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL,
	`at` integer GENERATED ALWAYS AS (json_extract(fields, '$.at')) VIRTUAL
);
--> statement-breakpoint
CREATE INDEX `shift_reports_by_time` ON `shift_reports` (`at`);--> statement-breakpoint
CREATE TABLE `code_attempts` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`hash` text NOT NULL,
	`is_undecided` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `code_attempts_by_time` ON `code_attempts` (`at`);--> statement-breakpoint
CREATE TABLE `free_codes` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL,
	`hash` text GENERATED ALWAYS AS (json_extract(fields, '$.hash')) VIRTUAL
);
--> statement-breakpoint
CREATE INDEX `free_codes_by_hash` ON `free_codes` (`hash`);--> statement-breakpoint
CREATE TABLE `kiosk_errors` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL,
	`cleared_at` integer GENERATED ALWAYS AS (json_extract(fields, '$.clearedAt')) VIRTUAL
);
--> statement-breakpoint
CREATE INDEX `kiosk_errors_by_cleared` ON `kiosk_errors` (`cleared_at`);--> statement-breakpoint
CREATE TABLE `kiosk_ledger` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `kiosks` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `missed_minutes` (
	`minute` integer PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `orders` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL,
	`status` text GENERATED ALWAYS AS (json_extract(fields, '$.status')) VIRTUAL,
	`visit_id` text GENERATED ALWAYS AS (json_extract(fields, '$.visitId')) VIRTUAL,
	`device_id` text GENERATED ALWAYS AS (json_extract(fields, '$.deviceId')) VIRTUAL,
	`created_at` integer GENERATED ALWAYS AS (json_extract(fields, '$.createdAt')) VIRTUAL,
	`number` text GENERATED ALWAYS AS (json_extract(fields, '$.number')) VIRTUAL,
	`total_minor` integer GENERATED ALWAYS AS (json_extract(fields, '$.totalMinor')) VIRTUAL
);
--> statement-breakpoint
CREATE INDEX `orders_by_created` ON `orders` (`created_at`);--> statement-breakpoint
CREATE INDEX `orders_by_visit` ON `orders` (`visit_id`);--> statement-breakpoint
CREATE INDEX `orders_by_number` ON `orders` (`number`,`created_at`);--> statement-breakpoint
CREATE INDEX `orders_by_total` ON `orders` (`total_minor`,`created_at`);--> statement-breakpoint
CREATE TABLE `payment_intents` (
	`id` text PRIMARY KEY NOT NULL,
	`order_id` text NOT NULL,
	`visit_id` text,
	`status` text NOT NULL,
	`provider` text NOT NULL,
	`amount_minor` integer NOT NULL,
	`currency` text NOT NULL,
	`qr_data` text,
	`metadata` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`confirmed_at` integer,
	`is_late` integer DEFAULT false NOT NULL,
	`is_followed` integer DEFAULT false NOT NULL,
	`next_look_at` integer NOT NULL,
	`outcome` text,
	`refund_reason` text,
	`refund_due_at` integer,
	`claimed_epoch` text
);
--> statement-breakpoint
CREATE INDEX `payment_intents_by_status` ON `payment_intents` (`status`);--> statement-breakpoint
CREATE INDEX `payment_intents_by_visit` ON `payment_intents` (`visit_id`);--> statement-breakpoint
CREATE TABLE `payments` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL,
	`order_id` text GENERATED ALWAYS AS (json_extract(fields, '$.orderId')) VIRTUAL,
	`confirmed_at` integer GENERATED ALWAYS AS (json_extract(fields, '$.confirmedAt')) VIRTUAL
);
--> statement-breakpoint
CREATE INDEX `payments_by_order` ON `payments` (`order_id`);--> statement-breakpoint
CREATE TABLE `refunds` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL,
	`order_id` text GENERATED ALWAYS AS (json_extract(fields, '$.orderId')) VIRTUAL
);
--> statement-breakpoint
CREATE INDEX `refunds_by_order` ON `refunds` (`order_id`);--> statement-breakpoint
CREATE TABLE `visit_photos` (
	`visit_id` text PRIMARY KEY NOT NULL,
	`image_id` text NOT NULL,
	`taken_at` integer NOT NULL,
	`phase` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `visit_photos_by_phase` ON `visit_photos` (`phase`);--> statement-breakpoint
CREATE TABLE `print_jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`subject_id` text NOT NULL,
	`state` text NOT NULL,
	`reference` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `print_jobs_by_subject` ON `print_jobs` (`subject_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `print_jobs_by_state` ON `print_jobs` (`state`);--> statement-breakpoint
CREATE TABLE `report_deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`report_id` text NOT NULL,
	`channel` text NOT NULL,
	`address` text,
	`masked_address` text NOT NULL,
	`address_key` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_at` integer,
	`fault` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `report_deliveries_by_report` ON `report_deliveries` (`report_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `report_deliveries_by_state` ON `report_deliveries` (`state`);--> statement-breakpoint
CREATE TABLE `reports` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL,
	`visit_id` text GENERATED ALWAYS AS (json_extract(fields, '$.visitId')) VIRTUAL,
	`created_at` integer GENERATED ALWAYS AS (json_extract(fields, '$.createdAt')) VIRTUAL
);
--> statement-breakpoint
CREATE INDEX `reports_by_visit` ON `reports` (`visit_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `staff` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL,
	`name` text GENERATED ALWAYS AS (json_extract(fields, '$.name')) VIRTUAL,
	`active` integer GENERATED ALWAYS AS (json_extract(fields, '$.active')) VIRTUAL
);
--> statement-breakpoint
CREATE TABLE `staff_attempts` (
	`member_id` text PRIMARY KEY NOT NULL,
	`failures` integer NOT NULL,
	`locked_until` integer
);
--> statement-breakpoint
CREATE TABLE `visits` (
	`id` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`synced_at` integer DEFAULT 0 NOT NULL,
	`fields` text NOT NULL,
	`status` text GENERATED ALWAYS AS (json_extract(fields, '$.status')) VIRTUAL,
	`kind` text GENERATED ALWAYS AS (json_extract(fields, '$.kind')) VIRTUAL,
	`created_at` integer GENERATED ALWAYS AS (json_extract(fields, '$.createdAt')) VIRTUAL,
	`expires_at` integer GENERATED ALWAYS AS (json_extract(fields, '$.expiresAt')) VIRTUAL,
	`finished_at` integer GENERATED ALWAYS AS (json_extract(fields, '$.finishedAt')) VIRTUAL,
	`erased_at` integer GENERATED ALWAYS AS (json_extract(fields, '$.erasedAt')) VIRTUAL
);
--> statement-breakpoint
CREATE INDEX `visits_by_status` ON `visits` (`status`,`expires_at`);--> statement-breakpoint
CREATE INDEX `visits_by_created` ON `visits` (`created_at`);--> statement-breakpoint
CREATE INDEX `visits_to_forget` ON `visits` (`finished_at`) WHERE erased_at IS NULL;--> statement-breakpoint
CREATE TABLE `journal` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`step` text NOT NULL,
	`details` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `journal_by_subject` ON `journal` (`kind`,`subject`,`id`);--> statement-breakpoint
CREATE INDEX `journal_of_erased` ON `journal` (`id`) WHERE step = 'ERASED';--> statement-breakpoint
CREATE TABLE `sync_former` (
	`incarnation` integer NOT NULL,
	`mid` integer NOT NULL,
	`name` text NOT NULL,
	`args` text NOT NULL,
	`schema` integer NOT NULL,
	`hlc` text NOT NULL,
	`base` text NOT NULL,
	`h` text NOT NULL,
	`grant_ver` integer,
	`touches` text NOT NULL,
	`created_at` integer NOT NULL,
	`acked_on` integer NOT NULL,
	`is_reopened` integer DEFAULT false NOT NULL,
	PRIMARY KEY(`incarnation`, `mid`)
);
--> statement-breakpoint
CREATE INDEX `sync_former_reopened` ON `sync_former` (`incarnation`,`mid`) WHERE is_reopened = 1;--> statement-breakpoint
CREATE TABLE `sync_letters` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`device_id` text NOT NULL,
	`incarnation` integer NOT NULL,
	`mid` integer NOT NULL,
	`name` text NOT NULL,
	`args` text NOT NULL,
	`kind` text NOT NULL,
	`outcome` text NOT NULL,
	`touches` text NOT NULL,
	`made_at` integer NOT NULL,
	`told_at` integer NOT NULL,
	`read_at` integer,
	`read_on` integer,
	`read_by` text,
	`is_retried` integer DEFAULT false NOT NULL,
	`is_told_of` integer DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sync_letters_key` ON `sync_letters` (`device_id`,`incarnation`,`mid`);--> statement-breakpoint
CREATE INDEX `sync_letters_unread` ON `sync_letters` (`id`) WHERE read_at IS NULL;--> statement-breakpoint
CREATE INDEX `sync_letters_untold` ON `sync_letters` (`id`) WHERE read_at IS NOT NULL AND is_told_of = 0;--> statement-breakpoint
CREATE TABLE `sync_lost_edits` (
	`key` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`fields` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sync_outbox` (
	`mid` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`args` text NOT NULL,
	`schema` integer NOT NULL,
	`hlc` text NOT NULL,
	`base` text NOT NULL,
	`h` text NOT NULL,
	`grant_ver` integer,
	`touches` text NOT NULL,
	`created_at` integer NOT NULL,
	`state` text NOT NULL,
	`outcome` text,
	`acked_on` integer
);
--> statement-breakpoint
CREATE INDEX `sync_outbox_pending` ON `sync_outbox` (`mid`) WHERE state = 'pending';--> statement-breakpoint
CREATE TABLE `sync_base` (
	`key` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`fields` text
);
--> statement-breakpoint
CREATE TABLE `sync_clock` (
	`id` integer PRIMARY KEY NOT NULL,
	`ahead_ms` integer NOT NULL,
	`heard_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sync_cursors` (
	`scope` text PRIMARY KEY NOT NULL,
	`ver` integer NOT NULL,
	`digest` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sync_evicted` (
	`key` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`digest` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sync_foreign` (
	`key` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ver` integer NOT NULL,
	`fields` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sync_stage` (
	`key` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`type` text NOT NULL,
	`id` text NOT NULL,
	`ver` integer NOT NULL,
	`moved` integer NOT NULL,
	`fields` text,
	`digest` text NOT NULL,
	`was_scope` text,
	`was_ver` integer,
	`was_digest` text
);
--> statement-breakpoint
CREATE TABLE `sync_state` (
	`id` integer PRIMARY KEY NOT NULL,
	`device_id` text NOT NULL,
	`incarnation` integer NOT NULL,
	`next_mid` integer NOT NULL,
	`hlc` text NOT NULL,
	`epoch` text,
	`ticket` text,
	`durable_mid` integer NOT NULL,
	`reflected_mid` integer NOT NULL,
	`staged` text,
	`grants_ver` integer,
	`revoked_at` integer,
	`counted_ms` integer DEFAULT 1 NOT NULL,
	`heard_at` integer
);
--> statement-breakpoint
CREATE TABLE `sync_touches` (
	`key` text NOT NULL,
	`mid` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `sync_touches_by_row` ON `sync_touches` (`key`,`mid`);