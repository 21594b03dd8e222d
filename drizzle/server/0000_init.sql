CREATE TABLE "audit_heads" (
	"organization_id" text PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"organization_id" text NOT NULL,
	"seq" bigint NOT NULL,
	"at" bigint NOT NULL,
	"event" text NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text NOT NULL,
	"entity_type" text NOT NULL,
	"entity_id" text NOT NULL,
	"details" jsonb NOT NULL,
	"ip" text,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "auth_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"user_id" text NOT NULL,
	"created_at" bigint NOT NULL,
	"last_seen_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"revoked_at" bigint,
	"ip" text NOT NULL,
	"user_agent" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "auth_throttles" (
	"key" text PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"window_started_at" bigint NOT NULL,
	"locked_until" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "manager_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"manager_id" text NOT NULL,
	"device_id" text,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"revoked_at" bigint,
	"ip" text NOT NULL,
	"user_agent" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "organizations" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"inn" text NOT NULL,
	"time_zone" text NOT NULL,
	"currency" text NOT NULL,
	"taxation_system" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "server_keys" (
	"name" text PRIMARY KEY NOT NULL,
	"private_key" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "shops" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"partner_user_id" text,
	"name" text NOT NULL,
	"address" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"token_hash" text NOT NULL,
	"kind" text NOT NULL,
	"organization_id" text NOT NULL,
	"device_id" text,
	"fiscal_device_id" text,
	"root_id" text,
	"issued_at" bigint NOT NULL,
	"grace_until" bigint,
	"revoked_at" bigint,
	"last_used_at" bigint,
	"refused_at" bigint
);
--> statement-breakpoint
CREATE TABLE "user_invitations" (
	"secret_hash" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"user_id" text NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"password_hash" text NOT NULL,
	"roles" jsonb NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"has_password" boolean DEFAULT true NOT NULL,
	"created_at" bigint NOT NULL,
	"last_sign_in_at" bigint
);
--> statement-breakpoint
CREATE TABLE "blobs" (
	"organization_id" text NOT NULL,
	"id" text NOT NULL,
	"kind" text NOT NULL,
	"media_type" text NOT NULL,
	"size" bigint NOT NULL,
	"state" text NOT NULL,
	"received" bigint NOT NULL,
	"parts" jsonb NOT NULL,
	"chunks" jsonb,
	"device_id" text,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	"unreferenced_since" bigint,
	CONSTRAINT "blobs_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "alert_watches" (
	"organization_id" text NOT NULL,
	"kind" text NOT NULL,
	"subject_type" text NOT NULL,
	"subject_id" text NOT NULL,
	"bad_since" bigint NOT NULL,
	"good_since" bigint,
	"is_raised" boolean NOT NULL,
	CONSTRAINT "alert_watches_organization_id_kind_subject_type_subject_id_pk" PRIMARY KEY("organization_id","kind","subject_type","subject_id")
);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"kind" text NOT NULL,
	"subject_type" text NOT NULL,
	"subject_id" text NOT NULL,
	"details" jsonb NOT NULL,
	"at" bigint NOT NULL,
	"times" integer DEFAULT 1 NOT NULL,
	"acknowledged_at" bigint,
	"letter_begun_at" bigint,
	"mailed_at" bigint,
	"acknowledged_by" text
);
--> statement-breakpoint
CREATE TABLE "catalogue_import_changes" (
	"import_id" text NOT NULL,
	"nth" integer NOT NULL,
	"shop_id" text NOT NULL,
	"kind" text NOT NULL,
	"item_id" text NOT NULL,
	"before" jsonb,
	"fields" jsonb NOT NULL,
	CONSTRAINT "catalogue_import_changes_import_id_nth_pk" PRIMARY KEY("import_id","nth")
);
--> statement-breakpoint
CREATE TABLE "catalogue_imports" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"status" text NOT NULL,
	"file_name" text NOT NULL,
	"bytes" bigint NOT NULL,
	"shop_ids" jsonb NOT NULL,
	"replace_missing" boolean NOT NULL,
	"effective_from" bigint,
	"rows_read" integer DEFAULT 0 NOT NULL,
	"rows_ok" integer DEFAULT 0 NOT NULL,
	"errors_total" integer DEFAULT 0 NOT NULL,
	"errors" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"ignored_columns" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"changes" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_by" text NOT NULL,
	"created_at" bigint NOT NULL,
	"heartbeat_at" bigint NOT NULL,
	"finished_at" bigint
);
--> statement-breakpoint
CREATE TABLE "catalogue_prices" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"item_id" text NOT NULL,
	"price_minor" bigint NOT NULL,
	"effective_from" bigint NOT NULL,
	"decided_at" bigint NOT NULL,
	"decided_by" text NOT NULL,
	"cancelled_at" bigint,
	"cancelled_by" text
);
--> statement-breakpoint
CREATE TABLE "command_bundles" (
	"command_id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"bundle" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "device_commands" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"device_id" text NOT NULL,
	"incarnation" integer NOT NULL,
	"order" jsonb NOT NULL,
	"issued_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"signature" text NOT NULL,
	"created_by" text NOT NULL,
	"delivered_at" bigint,
	"cancelled_at" bigint,
	"outcome" text,
	"details" jsonb,
	"finished_at" bigint,
	"answered_at" bigint
);
--> statement-breakpoint
CREATE TABLE "contract_code_texts" (
	"contract_id" text PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"organization_id" text NOT NULL,
	"nth" integer NOT NULL,
	"secret" text NOT NULL,
	"state" text NOT NULL,
	"attempts" integer NOT NULL,
	"due_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "contract_codes" (
	"contract_id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"nth" integer NOT NULL,
	"hmac" text
);
--> statement-breakpoint
CREATE TABLE "contract_days" (
	"organization_id" text NOT NULL,
	"day" text NOT NULL,
	"last" integer NOT NULL,
	CONSTRAINT "contract_days_organization_id_day_pk" PRIMARY KEY("organization_id","day")
);
--> statement-breakpoint
CREATE TABLE "contract_guesses" (
	"organization_id" text NOT NULL,
	"client_id" text NOT NULL,
	"wrong" integer NOT NULL,
	"locks" integer NOT NULL,
	"paused_until" bigint NOT NULL,
	CONSTRAINT "contract_guesses_organization_id_client_id_pk" PRIMARY KEY("organization_id","client_id")
);
--> statement-breakpoint
CREATE TABLE "contract_papers" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"client_id" text NOT NULL,
	"day" text NOT NULL,
	"number" text NOT NULL,
	"created_at" bigint NOT NULL,
	"snapshot_hash" text NOT NULL,
	"snapshot" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "invoice_payments" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"shop_id" text NOT NULL,
	"client_id" text NOT NULL,
	"invoice_id" text NOT NULL,
	"state" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "invoice_receipts" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"task" jsonb NOT NULL,
	"manager_id" text NOT NULL,
	"queued_at" bigint
);
--> statement-breakpoint
CREATE TABLE "device_enrolment_codes" (
	"code_hash" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"device_id" text NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "devices" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"shop_id" text NOT NULL,
	"name" text NOT NULL,
	"mode" text NOT NULL,
	"fiscal_device_id" text,
	"status" text NOT NULL,
	"incarnation" integer DEFAULT 0 NOT NULL,
	"app_version" text,
	"platform" text,
	"last_seen_at" bigint,
	"created_at" bigint NOT NULL,
	"revoked_at" bigint
);
--> statement-breakpoint
CREATE TABLE "exchange_commands" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"user_id" text NOT NULL,
	"action" text NOT NULL,
	"payload" jsonb NOT NULL,
	"source_device" text NOT NULL,
	"source_device_id" text,
	"target_device" text NOT NULL,
	"target_device_id" text,
	"status" text NOT NULL,
	"fail_reason" text,
	"delivered_to" text,
	"lease_until" bigint,
	"transaction_id" text,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"executed_at" bigint
);
--> statement-breakpoint
CREATE TABLE "exchange_holdings" (
	"user_id" text NOT NULL,
	"organization_id" text NOT NULL,
	"asset_id" text NOT NULL,
	"symbol" text NOT NULL,
	"name" text NOT NULL,
	"quantity" numeric NOT NULL,
	"total_cost_minor" bigint NOT NULL,
	"avg_buy_price" numeric NOT NULL,
	CONSTRAINT "exchange_holdings_user_id_asset_id_pk" PRIMARY KEY("user_id","asset_id"),
	CONSTRAINT "exchange_holdings_quantity" CHECK ("exchange_holdings"."quantity" >= 0),
	CONSTRAINT "exchange_holdings_cost" CHECK ("exchange_holdings"."total_cost_minor" >= 0)
);
--> statement-breakpoint
CREATE TABLE "exchange_pairing_codes" (
	"device_id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"code" text NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "exchange_pairings" (
	"device_id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"user_id" text NOT NULL,
	"paired_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "exchange_previews" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"user_id" text NOT NULL,
	"asset_id" text NOT NULL,
	"quantity" numeric NOT NULL,
	"unit_price" numeric NOT NULL,
	"source" text NOT NULL,
	"order_hash" text NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "exchange_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"user_id" text NOT NULL,
	"device_id" text,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"revoked_at" bigint,
	"ip" text NOT NULL,
	"user_agent" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "exchange_tickets" (
	"ticket_hash" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"user_id" text NOT NULL,
	"device_id" text NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "exchange_transactions" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"user_id" text NOT NULL,
	"tx_type" text NOT NULL,
	"asset_id" text,
	"asset_symbol" text,
	"asset_name" text,
	"quantity" numeric,
	"unit_price" numeric,
	"total_minor" bigint NOT NULL,
	"realized_pnl_minor" bigint,
	"idempotency_key" text,
	"order_hash" text,
	"reply" jsonb,
	"preview_id" text,
	"command_id" text,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "exchange_wallets" (
	"user_id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"cash_minor" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "exchange_wallets_cash" CHECK ("exchange_wallets"."cash_minor" >= 0)
);
--> statement-breakpoint
CREATE TABLE "fiscal_devices" (
	"organization_id" text NOT NULL,
	"id" text NOT NULL,
	"shop_id" text,
	"name" text NOT NULL,
	"kkt_ip" text NOT NULL,
	"kkt_port" integer NOT NULL,
	"taxation_system" text NOT NULL,
	"operator_name" text NOT NULL,
	"operator_vatin" text,
	"created_at" bigint NOT NULL,
	"archived_at" bigint,
	CONSTRAINT "fiscal_devices_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "fiscal_states" (
	"organization_id" text NOT NULL,
	"fiscal_device_id" text NOT NULL,
	"at" bigint NOT NULL,
	"kkt_serial" text NOT NULL,
	"fn_number" text NOT NULL,
	"fn_valid_until" bigint,
	"unsent_documents" integer NOT NULL,
	"unsent_since" bigint,
	"shift_state" text NOT NULL,
	"shift_number" integer NOT NULL,
	"shift_ends_at" bigint,
	CONSTRAINT "fiscal_states_organization_id_fiscal_device_id_pk" PRIMARY KEY("organization_id","fiscal_device_id")
);
--> statement-breakpoint
CREATE TABLE "fiscal_tasks" (
	"organization_id" text NOT NULL,
	"id" text NOT NULL,
	"fiscal_device_id" text NOT NULL,
	"type" text NOT NULL,
	"status" text NOT NULL,
	"body" jsonb NOT NULL,
	"body_hash" text NOT NULL,
	"total_minor" bigint NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"lease_token" bigint DEFAULT 0 NOT NULL,
	"lease_until" bigint,
	"holder" text,
	"heard_at" bigint,
	"error_text" text,
	"retryable" boolean DEFAULT false NOT NULL,
	"uncertain" boolean DEFAULT false NOT NULL,
	"next_retry_at" bigint,
	"fiscal" jsonb,
	"verdict" jsonb,
	"created_at" bigint NOT NULL,
	"started_at" bigint,
	"updated_at" bigint NOT NULL,
	"completed_at" bigint,
	CONSTRAINT "fiscal_tasks_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "kiosk_codes" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"device_id" text NOT NULL,
	"hash" text NOT NULL,
	"issued_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "kiosk_heartbeats" (
	"device_id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"last_active_at" bigint NOT NULL,
	"app_version" text,
	"queue" integer
);
--> statement-breakpoint
CREATE TABLE "kiosk_missed_minutes" (
	"device_id" text NOT NULL,
	"organization_id" text NOT NULL,
	"day" integer NOT NULL,
	"bits" text NOT NULL,
	CONSTRAINT "kiosk_missed_minutes_device_id_day_pk" PRIMARY KEY("device_id","day")
);
--> statement-breakpoint
CREATE TABLE "kiosk_notes" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "kiosk_secrets" (
	"device_id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"code_key" text NOT NULL,
	"wrong_at" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "manager_drafts" (
	"organization_id" text NOT NULL,
	"client_id" text NOT NULL,
	"manager_id" text NOT NULL,
	"form" text NOT NULL,
	"sealed" text NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "manager_drafts_organization_id_client_id_manager_id_form_pk" PRIMARY KEY("organization_id","client_id","manager_id","form")
);
--> statement-breakpoint
CREATE TABLE "manager_uploads" (
	"file_key" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"client_id" text NOT NULL,
	"appliance_id" text,
	"token_hash" text NOT NULL,
	"content_type" text NOT NULL,
	"expires_at" bigint NOT NULL,
	"blob_id" text
);
--> statement-breakpoint
CREATE TABLE "psp_events" (
	"id" text PRIMARY KEY NOT NULL,
	"payment_id" text NOT NULL,
	"at" bigint NOT NULL,
	"source" text NOT NULL,
	"event" text NOT NULL,
	"details" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "psp_payments" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"shop_id" text NOT NULL,
	"device_id" text NOT NULL,
	"order_id" text NOT NULL,
	"status" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"description" text NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"provider_id" text,
	"confirmation_url" text,
	"succeeded_at" bigint,
	"taken_minor" bigint,
	"claimed_at" bigint,
	"is_late" boolean DEFAULT false NOT NULL,
	"is_final" boolean DEFAULT false NOT NULL,
	"fail_reason" text,
	"refund_id" text,
	"refund_reason" text,
	"refund_attempt" integer DEFAULT 1 NOT NULL,
	"provider_refund_id" text,
	"refunded_at" bigint,
	"checked_at" bigint,
	"next_check_at" bigint
);
--> statement-breakpoint
CREATE TABLE "report_deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"device_id" text NOT NULL,
	"report_id" text NOT NULL,
	"kind" text NOT NULL,
	"file_id" text NOT NULL,
	"copy_code" text NOT NULL,
	"report_at" bigint NOT NULL,
	"language" text NOT NULL,
	"channel" text NOT NULL,
	"address" text,
	"masked_address" text NOT NULL,
	"state" text NOT NULL,
	"attempts" integer NOT NULL,
	"next_at" bigint,
	"lease_until" bigint,
	"fault" text,
	"reason" text,
	"provider_id" text,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "report_link_keys" (
	"id" integer PRIMARY KEY NOT NULL,
	"secret" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "client_users" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"shop_id" text,
	"client_id" text,
	"name" text NOT NULL,
	"phone" text,
	"email" text,
	"address" text,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "support_messages" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"ticket_id" text NOT NULL,
	"client_id" text NOT NULL,
	"kind" text NOT NULL,
	"author" text NOT NULL,
	"body" text NOT NULL,
	"secret" text,
	"idempotency_key" text NOT NULL,
	"created_at" bigint NOT NULL,
	"delivered_at" bigint,
	"attempts" integer NOT NULL,
	"next_at" bigint,
	"fault" text
);
--> statement-breakpoint
CREATE TABLE "support_tickets" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"client_id" text NOT NULL,
	"subject" text NOT NULL,
	"state" text NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "support_tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"token_hash" text NOT NULL,
	"created_at" bigint NOT NULL,
	"revoked_at" bigint
);
--> statement-breakpoint
CREATE TABLE "device_backlogs" (
	"device_id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"pending" integer NOT NULL,
	"oldest_at" bigint,
	"refused" integer NOT NULL,
	"blobs" integer,
	"reported_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "job_runs" (
	"job" text NOT NULL,
	"organization_id" text NOT NULL,
	"day" text NOT NULL,
	"started_at" bigint NOT NULL,
	"lease_until" bigint NOT NULL,
	"attempts" integer NOT NULL,
	"finished_at" bigint,
	"counts" jsonb,
	"error" text,
	CONSTRAINT "job_runs_organization_id_job_day_pk" PRIMARY KEY("organization_id","job","day")
);
--> statement-breakpoint
CREATE TABLE "sync_dead_letters" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"device_id" text NOT NULL,
	"incarnation" integer NOT NULL,
	"mid" bigint NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"args" text NOT NULL,
	"code" text,
	"message" text,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sync_letter_reads" (
	"device_id" text NOT NULL,
	"incarnation" integer NOT NULL,
	"mid" bigint NOT NULL,
	"organization_id" text NOT NULL,
	"by" text NOT NULL,
	"read_at" bigint NOT NULL,
	"is_retried" boolean NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "sync_letter_reads_device_id_incarnation_mid_pk" PRIMARY KEY("device_id","incarnation","mid")
);
--> statement-breakpoint
CREATE TABLE "sync_verdicts" (
	"case_id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"at" bigint NOT NULL,
	"user_id" text NOT NULL,
	"note" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "anomalies" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"device_id" text NOT NULL,
	"incarnation" integer NOT NULL,
	"mid" bigint NOT NULL,
	"kind" text NOT NULL,
	"details" jsonb NOT NULL,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "device_grants" (
	"device_id" text NOT NULL,
	"scope" text NOT NULL,
	"granted_ver" integer NOT NULL,
	"organization_id" text NOT NULL,
	"home" boolean NOT NULL,
	"revoked_ver" integer,
	"granted_at" bigint NOT NULL,
	"late_until" bigint,
	"released_at" bigint,
	CONSTRAINT "device_grants_device_id_scope_granted_ver_pk" PRIMARY KEY("device_id","scope","granted_ver")
);
--> statement-breakpoint
CREATE TABLE "entities" (
	"organization_id" text NOT NULL,
	"type" text NOT NULL,
	"id" text NOT NULL,
	"scope" text NOT NULL,
	"ver" bigint NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL,
	"fields" jsonb,
	"clock" jsonb,
	"device_id" text,
	"received_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	"made_at" bigint GENERATED ALWAYS AS (CASE WHEN type = 'order' THEN (fields->>'createdAt')::bigint END) STORED,
	"printed_at" bigint GENERATED ALWAYS AS (CASE WHEN type = 'order' THEN (fields->>'printedAt')::bigint END) STORED,
	"waiting_at" bigint GENERATED ALWAYS AS (CASE WHEN type = 'order' AND fields->>'printStatus' IN ('new', 'not_printed') THEN (fields->>'createdAt')::bigint END) STORED,
	"in_trouble" boolean GENERATED ALWAYS AS (CASE WHEN type = 'kiosk' THEN fields->>'status' = 'error' OR fields ? 'lastErrorCode' END) STORED,
	CONSTRAINT "entities_type_id_pk" PRIMARY KEY("type","id")
);
--> statement-breakpoint
CREATE TABLE "field_history" (
	"organization_id" text NOT NULL,
	"type" text NOT NULL,
	"entity_id" text NOT NULL,
	"field" text NOT NULL,
	"value" jsonb,
	"at" bigint NOT NULL,
	"device_id" text NOT NULL,
	"incarnation" integer NOT NULL,
	"mid" bigint NOT NULL,
	"by" text,
	"recorded_at" bigint NOT NULL,
	CONSTRAINT "field_history_type_entity_id_field_device_id_incarnation_mid_pk" PRIMARY KEY("type","entity_id","field","device_id","incarnation","mid")
);
--> statement-breakpoint
CREATE TABLE "scope_departures" (
	"scope" text NOT NULL,
	"type" text NOT NULL,
	"id" text NOT NULL,
	"ver" bigint NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "scope_departures_scope_type_id_pk" PRIMARY KEY("scope","type","id")
);
--> statement-breakpoint
CREATE TABLE "scope_heads" (
	"scope" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"head" bigint NOT NULL,
	"digest" text NOT NULL,
	"gc_ver" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sync_outcomes" (
	"device_id" text NOT NULL,
	"incarnation" integer NOT NULL,
	"mid" bigint NOT NULL,
	"h" text NOT NULL,
	"outcome" jsonb NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "sync_outcomes_device_id_incarnation_mid_pk" PRIMARY KEY("device_id","incarnation","mid")
);
--> statement-breakpoint
CREATE TABLE "sync_timeline" (
	"id" integer PRIMARY KEY NOT NULL,
	"epoch" text NOT NULL,
	"forks" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sync_writers" (
	"device_id" text NOT NULL,
	"incarnation" integer NOT NULL,
	"last_mid" bigint NOT NULL,
	"ticket" text,
	"clock_skew_ms" bigint DEFAULT 0 NOT NULL,
	"last_at" bigint DEFAULT 0 NOT NULL,
	"failing_mid" bigint,
	"failures" integer DEFAULT 0 NOT NULL,
	"confirmed_mid" bigint DEFAULT 0 NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "sync_writers_device_id_incarnation_pk" PRIMARY KEY("device_id","incarnation")
);
--> statement-breakpoint
ALTER TABLE "auth_sessions" ADD CONSTRAINT "auth_sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "manager_sessions" ADD CONSTRAINT "manager_sessions_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shops" ADD CONSTRAINT "shops_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shops" ADD CONSTRAINT "shops_partner_user_id_users_id_fk" FOREIGN KEY ("partner_user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_invitations" ADD CONSTRAINT "user_invitations_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "catalogue_imports" ADD CONSTRAINT "catalogue_imports_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "catalogue_prices" ADD CONSTRAINT "catalogue_prices_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "command_bundles" ADD CONSTRAINT "command_bundles_command_id_device_commands_id_fk" FOREIGN KEY ("command_id") REFERENCES "public"."device_commands"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_commands" ADD CONSTRAINT "device_commands_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contract_days" ADD CONSTRAINT "contract_days_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contract_guesses" ADD CONSTRAINT "contract_guesses_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contract_papers" ADD CONSTRAINT "contract_papers_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_enrolment_codes" ADD CONSTRAINT "device_enrolment_codes_device_id_devices_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."devices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "devices" ADD CONSTRAINT "devices_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "devices" ADD CONSTRAINT "devices_shop_id_shops_id_fk" FOREIGN KEY ("shop_id") REFERENCES "public"."shops"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_commands" ADD CONSTRAINT "exchange_commands_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_commands" ADD CONSTRAINT "exchange_commands_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_holdings" ADD CONSTRAINT "exchange_holdings_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_holdings" ADD CONSTRAINT "exchange_holdings_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_pairing_codes" ADD CONSTRAINT "exchange_pairing_codes_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_pairings" ADD CONSTRAINT "exchange_pairings_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_pairings" ADD CONSTRAINT "exchange_pairings_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_previews" ADD CONSTRAINT "exchange_previews_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_previews" ADD CONSTRAINT "exchange_previews_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_sessions" ADD CONSTRAINT "exchange_sessions_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_sessions" ADD CONSTRAINT "exchange_sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_tickets" ADD CONSTRAINT "exchange_tickets_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_tickets" ADD CONSTRAINT "exchange_tickets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_transactions" ADD CONSTRAINT "exchange_transactions_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_transactions" ADD CONSTRAINT "exchange_transactions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_wallets" ADD CONSTRAINT "exchange_wallets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exchange_wallets" ADD CONSTRAINT "exchange_wallets_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fiscal_devices" ADD CONSTRAINT "fiscal_devices_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fiscal_states" ADD CONSTRAINT "fiscal_states_of_device" FOREIGN KEY ("organization_id","fiscal_device_id") REFERENCES "public"."fiscal_devices"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fiscal_tasks" ADD CONSTRAINT "fiscal_tasks_of_device" FOREIGN KEY ("organization_id","fiscal_device_id") REFERENCES "public"."fiscal_devices"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kiosk_codes" ADD CONSTRAINT "kiosk_codes_device_id_devices_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."devices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kiosk_heartbeats" ADD CONSTRAINT "kiosk_heartbeats_device_id_devices_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."devices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kiosk_missed_minutes" ADD CONSTRAINT "kiosk_missed_minutes_device_id_devices_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."devices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kiosk_secrets" ADD CONSTRAINT "kiosk_secrets_device_id_devices_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."devices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "manager_drafts" ADD CONSTRAINT "manager_drafts_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "manager_uploads" ADD CONSTRAINT "manager_uploads_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "psp_events" ADD CONSTRAINT "psp_events_payment_id_psp_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."psp_payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "psp_payments" ADD CONSTRAINT "psp_payments_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_deliveries" ADD CONSTRAINT "report_deliveries_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_users" ADD CONSTRAINT "client_users_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "support_messages" ADD CONSTRAINT "support_messages_ticket_id_support_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."support_tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "support_tickets" ADD CONSTRAINT "support_tickets_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "support_tokens" ADD CONSTRAINT "support_tokens_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_backlogs" ADD CONSTRAINT "device_backlogs_device_id_devices_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."devices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "audit_log_by_seq" ON "audit_log" USING btree ("organization_id","seq");--> statement-breakpoint
CREATE INDEX "audit_log_by_event" ON "audit_log" USING btree ("organization_id","event","seq");--> statement-breakpoint
CREATE INDEX "audit_log_by_entity" ON "audit_log" USING btree ("organization_id","entity_type","entity_id","seq");--> statement-breakpoint
CREATE INDEX "auth_sessions_by_user" ON "auth_sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "auth_sessions_by_expiry" ON "auth_sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "manager_sessions_by_manager" ON "manager_sessions" USING btree ("manager_id");--> statement-breakpoint
CREATE INDEX "manager_sessions_by_expiry" ON "manager_sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "shops_by_org" ON "shops" USING btree ("organization_id");--> statement-breakpoint
CREATE INDEX "shops_by_partner" ON "shops" USING btree ("partner_user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "tokens_by_hash" ON "tokens" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "tokens_by_device" ON "tokens" USING btree ("device_id");--> statement-breakpoint
CREATE INDEX "tokens_by_register" ON "tokens" USING btree ("organization_id","fiscal_device_id");--> statement-breakpoint
CREATE INDEX "user_invitations_by_user" ON "user_invitations" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_by_email" ON "users" USING btree ("email");--> statement-breakpoint
CREATE INDEX "users_by_org" ON "users" USING btree ("organization_id");--> statement-breakpoint
CREATE INDEX "blobs_by_state" ON "blobs" USING btree ("state","updated_at");--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_open_by_subject" ON "alerts" USING btree ("organization_id","kind","subject_type","subject_id") WHERE acknowledged_at IS NULL;--> statement-breakpoint
CREATE INDEX "alerts_open" ON "alerts" USING btree ("organization_id","at","id") WHERE acknowledged_at IS NULL;--> statement-breakpoint
CREATE INDEX "alerts_by_time" ON "alerts" USING btree ("organization_id","at","id");--> statement-breakpoint
CREATE INDEX "catalogue_import_changes_by_kind" ON "catalogue_import_changes" USING btree ("import_id","kind","nth");--> statement-breakpoint
CREATE INDEX "catalogue_imports_by_org" ON "catalogue_imports" USING btree ("organization_id","created_at" DESC NULLS LAST,"id");--> statement-breakpoint
CREATE UNIQUE INDEX "catalogue_imports_at_work" ON "catalogue_imports" USING btree ("organization_id") WHERE status IN ('checking', 'applying');--> statement-breakpoint
CREATE INDEX "catalogue_prices_by_item" ON "catalogue_prices" USING btree ("item_id","effective_from" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "device_commands_by_device" ON "device_commands" USING btree ("organization_id","device_id","issued_at");--> statement-breakpoint
CREATE INDEX "contract_code_texts_due" ON "contract_code_texts" USING btree ("due_at");--> statement-breakpoint
CREATE UNIQUE INDEX "contract_papers_by_number" ON "contract_papers" USING btree ("organization_id","number");--> statement-breakpoint
CREATE INDEX "contract_papers_by_client" ON "contract_papers" USING btree ("organization_id","client_id","snapshot_hash");--> statement-breakpoint
CREATE INDEX "invoice_payments_by_state" ON "invoice_payments" USING btree ("state");--> statement-breakpoint
CREATE INDEX "invoice_payments_by_invoice" ON "invoice_payments" USING btree ("invoice_id");--> statement-breakpoint
CREATE INDEX "invoice_receipts_waiting" ON "invoice_receipts" USING btree ("queued_at");--> statement-breakpoint
CREATE INDEX "device_enrolment_codes_by_device" ON "device_enrolment_codes" USING btree ("device_id");--> statement-breakpoint
CREATE INDEX "devices_by_org" ON "devices" USING btree ("organization_id");--> statement-breakpoint
CREATE INDEX "devices_by_shop" ON "devices" USING btree ("shop_id");--> statement-breakpoint
CREATE INDEX "exchange_commands_by_user" ON "exchange_commands" USING btree ("user_id","target_device","status","created_at");--> statement-breakpoint
CREATE INDEX "exchange_commands_open" ON "exchange_commands" USING btree ("expires_at") WHERE "exchange_commands"."status" IN ('PENDING', 'DELIVERED');--> statement-breakpoint
CREATE UNIQUE INDEX "exchange_pairing_codes_by_code" ON "exchange_pairing_codes" USING btree ("code");--> statement-breakpoint
CREATE INDEX "exchange_pairings_by_user" ON "exchange_pairings" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "exchange_previews_by_age" ON "exchange_previews" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "exchange_sessions_by_device" ON "exchange_sessions" USING btree ("device_id");--> statement-breakpoint
CREATE INDEX "exchange_sessions_by_expiry" ON "exchange_sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "exchange_transactions_by_key" ON "exchange_transactions" USING btree ("user_id","idempotency_key");--> statement-breakpoint
CREATE UNIQUE INDEX "exchange_transactions_by_command" ON "exchange_transactions" USING btree ("command_id");--> statement-breakpoint
CREATE INDEX "exchange_transactions_by_user" ON "exchange_transactions" USING btree ("user_id","at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "fiscal_devices_by_address" ON "fiscal_devices" USING btree ("organization_id","kkt_ip","kkt_port") WHERE archived_at IS NULL;--> statement-breakpoint
CREATE INDEX "fiscal_tasks_by_time" ON "fiscal_tasks" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE INDEX "fiscal_tasks_by_status" ON "fiscal_tasks" USING btree ("organization_id","status","created_at","id");--> statement-breakpoint
CREATE INDEX "fiscal_tasks_by_device" ON "fiscal_tasks" USING btree ("organization_id","fiscal_device_id","created_at","id");--> statement-breakpoint
CREATE INDEX "fiscal_tasks_by_type" ON "fiscal_tasks" USING btree ("organization_id","type","created_at","id");--> statement-breakpoint
CREATE INDEX "fiscal_tasks_by_id" ON "fiscal_tasks" USING btree ("organization_id","id" text_pattern_ops);--> statement-breakpoint
CREATE INDEX "fiscal_tasks_uncertain" ON "fiscal_tasks" USING btree ("organization_id","created_at","id") WHERE uncertain;--> statement-breakpoint
CREATE INDEX "fiscal_tasks_waiting" ON "fiscal_tasks" USING btree ("organization_id","fiscal_device_id","created_at","id") WHERE status = 'queued' OR (status = 'error' AND next_retry_at IS NOT NULL);--> statement-breakpoint
CREATE INDEX "fiscal_tasks_in_progress" ON "fiscal_tasks" USING btree ("organization_id","fiscal_device_id","created_at","id") WHERE status = 'in_progress';--> statement-breakpoint
CREATE UNIQUE INDEX "kiosk_codes_by_hash" ON "kiosk_codes" USING btree ("device_id","hash");--> statement-breakpoint
CREATE INDEX "kiosk_codes_by_time" ON "kiosk_codes" USING btree ("issued_at");--> statement-breakpoint
CREATE INDEX "manager_drafts_by_age" ON "manager_drafts" USING btree ("updated_at");--> statement-breakpoint
CREATE UNIQUE INDEX "manager_uploads_by_token" ON "manager_uploads" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "manager_uploads_by_expiry" ON "manager_uploads" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "psp_events_by_payment" ON "psp_events" USING btree ("payment_id","at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "psp_payments_by_provider_id" ON "psp_payments" USING btree ("provider_id");--> statement-breakpoint
CREATE INDEX "psp_payments_due" ON "psp_payments" USING btree ("next_check_at");--> statement-breakpoint
CREATE INDEX "psp_payments_by_device" ON "psp_payments" USING btree ("organization_id","device_id","created_at");--> statement-breakpoint
CREATE INDEX "report_deliveries_due" ON "report_deliveries" USING btree ("state","next_at");--> statement-breakpoint
CREATE INDEX "report_deliveries_by_report" ON "report_deliveries" USING btree ("organization_id","report_id","created_at");--> statement-breakpoint
CREATE INDEX "report_deliveries_by_copy" ON "report_deliveries" USING btree ("copy_code");--> statement-breakpoint
CREATE UNIQUE INDEX "client_users_by_client" ON "client_users" USING btree ("organization_id","client_id");--> statement-breakpoint
CREATE INDEX "client_users_by_org" ON "client_users" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "support_messages_by_key" ON "support_messages" USING btree ("organization_id","idempotency_key");--> statement-breakpoint
CREATE INDEX "support_messages_by_ticket" ON "support_messages" USING btree ("ticket_id","created_at");--> statement-breakpoint
CREATE INDEX "support_messages_due" ON "support_messages" USING btree ("next_at");--> statement-breakpoint
CREATE INDEX "support_tickets_by_client" ON "support_tickets" USING btree ("organization_id","client_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "support_tokens_by_hash" ON "support_tokens" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "sync_dead_letters_by_org" ON "sync_dead_letters" USING btree ("organization_id","at","id");--> statement-breakpoint
CREATE INDEX "sync_verdicts_by_age" ON "sync_verdicts" USING btree ("at");--> statement-breakpoint
CREATE INDEX "anomalies_by_org" ON "anomalies" USING btree ("organization_id","at");--> statement-breakpoint
CREATE INDEX "device_grants_by_org" ON "device_grants" USING btree ("organization_id");--> statement-breakpoint
CREATE INDEX "entities_by_ver" ON "entities" USING btree ("scope","ver");--> statement-breakpoint
CREATE INDEX "entities_dead" ON "entities" USING btree ("updated_at") WHERE deleted;--> statement-breakpoint
CREATE INDEX "entities_by_client" ON "entities" USING btree ("organization_id",(fields->>'clientId'),"type") WHERE (fields->>'clientId') IS NOT NULL AND NOT deleted;--> statement-breakpoint
CREATE INDEX "entities_orders_by_time" ON "entities" USING btree ("organization_id",((fields->>'createdAt')::bigint) DESC,id DESC) WHERE type = 'order' AND NOT deleted;--> statement-breakpoint
CREATE INDEX "entities_prints_of_shop" ON "entities" USING btree ("scope",made_at DESC,id DESC) WHERE type = 'order' AND NOT deleted AND fields->>'printStatus' <> 'none';--> statement-breakpoint
CREATE INDEX "entities_prints_by_time" ON "entities" USING btree ("organization_id",made_at DESC,id DESC) WHERE type = 'order' AND NOT deleted AND fields->>'printStatus' <> 'none';--> statement-breakpoint
CREATE INDEX "entities_printed_of_shop" ON "entities" USING btree ("scope",printed_at DESC) WHERE type = 'order' AND NOT deleted AND fields->>'printStatus' <> 'none' AND printed_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX "entities_printed_by_time" ON "entities" USING btree ("organization_id",printed_at DESC) WHERE type = 'order' AND NOT deleted AND fields->>'printStatus' <> 'none' AND printed_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX "entities_waiting_of_shop" ON "entities" USING btree ("scope",waiting_at DESC,id DESC) WHERE waiting_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX "entities_waiting_by_time" ON "entities" USING btree ("organization_id",waiting_at DESC,id DESC) WHERE waiting_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX "entities_in_trouble" ON "entities" USING btree ("organization_id") WHERE in_trouble;--> statement-breakpoint
CREATE INDEX "entities_orders_with_guest" ON "entities" USING btree ("organization_id",made_at) WHERE type = 'order' AND NOT deleted AND fields->>'origin' = 'kiosk' AND (fields ? 'customer' OR fields ? 'imageId');--> statement-breakpoint
CREATE INDEX "entities_payments_by_time" ON "entities" USING btree ("organization_id",((fields->>'confirmedAt')::bigint) DESC) WHERE type = 'payment' AND NOT deleted;--> statement-breakpoint
CREATE INDEX "entities_receipts_by_time" ON "entities" USING btree ("organization_id",((fields->>'updatedAt')::bigint) DESC,id DESC) WHERE type = 'fiscal_record' AND NOT deleted;--> statement-breakpoint
CREATE INDEX "entities_items_by_name" ON "entities" USING btree ("scope",lower(fields->>'name'),"id") WHERE type = 'catalogue_item' AND NOT deleted;--> statement-breakpoint
CREATE INDEX "entities_items_by_sku" ON "entities" USING btree ("scope",lower(fields->>'sku')) WHERE type = 'catalogue_item' AND NOT deleted;--> statement-breakpoint
CREATE INDEX "entities_kiosk_services" ON "entities" USING btree ("scope",(fields->>'name'),"id") WHERE type = 'catalogue_item' AND NOT deleted AND fields ? 'kioskService';--> statement-breakpoint
CREATE INDEX "entities_reports_by_time" ON "entities" USING btree ("organization_id",((fields->>'createdAt')::bigint) DESC,id DESC) WHERE type = 'report' AND NOT deleted;--> statement-breakpoint
CREATE INDEX "entities_reports_by_code" ON "entities" USING btree ((fields->>'copyCode')) WHERE type = 'report' AND NOT deleted;--> statement-breakpoint
CREATE INDEX "entities_clients_by_time" ON "entities" USING btree ("organization_id",((fields->>'updatedAt')::bigint) DESC,id DESC) WHERE type = 'client' AND NOT deleted;--> statement-breakpoint
CREATE INDEX "entities_clients_by_phone" ON "entities" USING btree ("organization_id",(fields->>'phone')) WHERE type = 'client' AND NOT deleted;--> statement-breakpoint
CREATE INDEX "entities_of_client" ON "entities" USING btree ("type",(fields->>'clientId')) WHERE type IN ('appliance', 'contract', 'invoice', 'support_message') AND NOT deleted;--> statement-breakpoint
CREATE INDEX "entities_by_order" ON "entities" USING btree ("type",(fields->>'orderId')) WHERE type IN ('payment', 'refund', 'fiscal_record') AND NOT deleted;--> statement-breakpoint
CREATE INDEX "scope_departures_by_ver" ON "scope_departures" USING btree ("scope","ver");--> statement-breakpoint
-- The second wall round what a partner sees. His requests take this role for the length of their transaction and say whose
-- they are (`prilavok.organization`, `prilavok.user`); a statement that forgets its conditions still sees his shops alone, and
-- one that does not say whose it is sees nothing. Everybody else works as the owner of the tables, whom policies do not bind.
-- Appended to the migration by `npm run db:generate:server`. A role belongs to all databases of a server: it may be there.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'prilavok_partner') THEN
    CREATE ROLE prilavok_partner NOLOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
--> statement-breakpoint
-- Whoever may not grant it must have been given it before.
DO $$ BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    GRANT prilavok_partner TO CURRENT_USER;
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  IF NOT pg_has_role(current_user, 'prilavok_partner', 'MEMBER') THEN RAISE; END IF;
END $$;
--> statement-breakpoint
GRANT SELECT ON organizations, shops, devices, kiosk_heartbeats TO prilavok_partner;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON entities, scope_heads, audit_heads TO prilavok_partner;
--> statement-breakpoint
GRANT INSERT ON audit_log TO prilavok_partner;
--> statement-breakpoint
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY partner ON organizations FOR SELECT TO prilavok_partner
  USING (id = current_setting('prilavok.organization', true));
--> statement-breakpoint
ALTER TABLE shops ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY partner ON shops FOR SELECT TO prilavok_partner
  USING (organization_id = current_setting('prilavok.organization', true)
    AND partner_user_id = current_setting('prilavok.user', true));
--> statement-breakpoint
ALTER TABLE devices ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY partner ON devices FOR SELECT TO prilavok_partner
  USING (organization_id = current_setting('prilavok.organization', true) AND shop_id IN (SELECT id FROM shops));
--> statement-breakpoint
ALTER TABLE entities ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY partner_reads ON entities FOR SELECT TO prilavok_partner
  USING (organization_id = current_setting('prilavok.organization', true) AND type IN ('order', 'shop')
    AND scope IN (SELECT 'shop:' || id FROM shops));
--> statement-breakpoint
-- EXISTS, not IN: a page of a hundred kiosks looks a hundred of them up, and does not first collect ten thousand.
CREATE POLICY partner_reads_kiosks ON entities FOR SELECT TO prilavok_partner
  USING (organization_id = current_setting('prilavok.organization', true) AND type IN ('kiosk', 'kiosk_error', 'kiosk_ledger')
    AND EXISTS (SELECT FROM devices WHERE devices.id = substr(entities.scope, length('device:') + 1)));
--> statement-breakpoint
ALTER TABLE kiosk_heartbeats ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY partner ON kiosk_heartbeats FOR SELECT TO prilavok_partner
  USING (organization_id = current_setting('prilavok.organization', true)
    AND EXISTS (SELECT FROM devices WHERE devices.id = kiosk_heartbeats.device_id));
--> statement-breakpoint
CREATE POLICY partner_marks ON entities FOR UPDATE TO prilavok_partner
  USING (organization_id = current_setting('prilavok.organization', true) AND type = 'order'
    AND scope IN (SELECT 'shop:' || id FROM shops));
--> statement-breakpoint
ALTER TABLE scope_heads ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY partner ON scope_heads TO prilavok_partner
  USING (organization_id = current_setting('prilavok.organization', true)
    AND scope IN (SELECT 'shop:' || id FROM shops));
--> statement-breakpoint
ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY partner ON audit_heads TO prilavok_partner
  USING (organization_id = current_setting('prilavok.organization', true));
--> statement-breakpoint
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY partner ON audit_log FOR INSERT TO prilavok_partner
  WITH CHECK (organization_id = current_setting('prilavok.organization', true)
    AND actor_kind = 'user' AND actor_id = current_setting('prilavok.user', true));
