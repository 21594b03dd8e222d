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
