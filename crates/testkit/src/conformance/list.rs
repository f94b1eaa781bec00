//! The list of cases: one line each, from which the table and every store's tests are made.

use futures::future::BoxFuture;

use super::Fixture;

/// One rule.
#[derive(Clone, Copy)]
pub struct Case {
    /// `subject::rule`.
    pub name: &'static str,
    /// Proves it of a fresh store, or panics.
    pub run: for<'a> fn(&'a mut dyn Fixture) -> BoxFuture<'a, ()>,
}

/// Passes the list to a macro, after the given tokens.
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_cases {
    ($then:path, [$($given:tt)*]) => {
        $then! {
            [$($given)*]
            nouns {
                an_empty_ledger_has_nothing,
                an_empty_command_is_done,
                a_grant_keeps_every_member,
                a_single_use_entry_keeps_every_member,
                a_client_keeps_every_member,
                a_user_keeps_every_member,
                a_device_keeps_every_member,
                services_and_keys_keep_every_member,
                services_do_not_see_each_other,
                names_are_free_in_another_service,
            }
            tokens {
                a_token_keeps_every_member,
                a_token_keeps_each_kind_and_format,
                a_token_keeps_each_state_and_subject,
                extreme_numbers_and_times_are_kept,
                the_last_moment_of_all_is_kept,
                ids_need_not_rise,
                a_token_is_found_by_its_alias,
                an_alias_shows_the_token_as_it_is_now,
                an_alias_is_given_once,
                a_row_is_never_written_over,
                shared_details_are_not_mixed_up,
            }
            ids {
                reserved_ids_never_repeat,
                reserved_ids_rise,
                reserved_ids_never_repeat_across_reopen,
                reserved_ids_never_repeat_among_many_callers,
            }
            single_use {
                the_first_use_wins,
                an_entry_of_another_kind_is_missing,
                an_entry_is_good_until_it_expires,
                a_used_entry_stays_used_when_it_expires,
                a_claim_is_made_once,
                a_dropped_entry_is_gone_and_its_name_free,
                a_claim_beside_a_precondition_is_made_once,
                a_claim_meets_an_unused_entry,
                a_new_entry_takes_an_expired_ones_place_only,
                a_used_entry_is_not_written_over,
                an_expired_entry_gives_way_to_any,
                one_command_can_use_what_another_made_just_before,
            }
            rotation {
                a_refresh_token_is_rotated_once,
                a_revoked_token_is_not_rotated,
                a_token_that_is_not_there_is_missing,
                an_active_token_stays_active,
                expiry_is_no_matter_of_the_store,
                a_successor_can_be_rotated_at_once,
            }
            ends {
                a_token_is_revoked_once,
                a_grant_is_revoked_once,
                a_rotated_token_can_be_revoked,
                changes_of_one_command_add_up,
                a_token_made_and_revoked_by_one_command_is_revoked,
                amending_changes_only_what_it_names,
                only_an_active_token_is_amended,
                a_new_text_takes_the_place_of_the_old_one,
                amending_a_grant_changes_only_what_it_names,
                only_an_active_grant_is_amended,
            }
            atomic {
                a_lost_precondition_writes_nothing,
                a_held_precondition_writes_everything,
                a_taken_name_undoes_the_whole_command,
                a_precondition_comes_before_the_writes,
                one_command_may_be_large,
            }
            names {
                a_taken_name_is_refused,
                names_with_one_key_are_one_name,
                names_without_a_common_key_are_matched_exactly,
                a_verified_telephone_number_leads_to_one_user,
                a_record_is_replaced_under_its_own_name,
                a_new_name_lets_go_of_the_old_one,
                what_is_deleted_is_gone_and_can_come_back,
                deleting_a_client_leaves_its_tokens,
                a_command_sees_its_own_writes,
            }
            unchanged {
                a_record_is_written_over_only_as_it_was_read,
                of_many_that_read_the_same_record_one_writes,
                of_several_records_each_must_be_as_it_was_read,
            }
            documents {
                a_document_keeps_every_member,
                a_document_replaces_the_one_of_its_name,
                documents_differ_by_each_part_of_their_name,
                documents_of_a_kind_are_read_for_all_services,
                documents_are_listed_by_kind_and_owner,
                a_document_is_found_by_its_number,
            }
            lists {
                a_list_filters_by_each_member,
                a_list_filters_by_two_members,
                a_list_filters_by_many_members,
                the_bounds_of_times_are_exact,
                a_scope_word_is_a_whole_word,
                a_list_shows_changes_at_once,
                expired_tokens_are_listed_until_they_are_swept,
            }
            live {
                a_token_lives_to_its_expiry,
                a_token_without_an_end_lives_for_ever,
                revoked_and_rotated_tokens_are_not_live,
                a_dead_family_has_no_live_tokens,
                a_family_without_a_grant_is_dead,
            }
            expiry {
                what_never_ends_comes_first_then_by_expiry_and_number,
                a_list_by_expiry_is_paged_by_skipping,
                what_ended_leaves_the_list_by_expiry,
                an_amended_expiry_moves_a_token,
                a_list_by_expiry_is_of_one_owner,
                a_long_list_by_expiry_is_exact,
                a_list_by_expiry_is_exact_after_a_crash,
            }
            uses {
                uses_add_up,
                the_latest_source_stays,
                uses_of_many_callers_add_up,
                a_use_is_swept_with_its_token,
                uses_survive_a_crash,
            }
            pages {
                a_long_list_is_read_page_by_page,
                totals_follow_what_ends_and_goes,
                a_list_includes_what_was_just_acknowledged,
                a_list_is_of_one_moment_while_others_write,
                clients_users_and_devices_are_listed_by_number,
                absurd_pages_are_empty,
            }
            sweep {
                a_sweep_takes_bounded_steps,
                a_sweep_leaves_what_is_not_over,
                a_sweep_tells_the_living_from_the_dead,
                a_sweep_finds_the_ended_among_far_numbers,
                a_sweep_finds_late_numbers_after_a_crash,
                a_sweep_finds_an_amended_expiry_after_a_crash,
                a_swept_token_is_found_by_nothing,
                a_sweep_goes_by_the_expiry_of_now,
                what_was_revoked_stays_so_until_it_expires,
                a_sweep_harms_no_writer,
            }
            text {
                unicode_is_kept_and_told_apart,
                text_that_looks_like_sql_changes_nothing,
                a_name_may_be_two_thousand_bytes,
                values_of_64_kib_are_kept,
            }
            nul {
                it_is_kept_or_refused_whole,
                looking_for_a_name_with_it_finds_nothing,
                a_refused_command_harms_no_other,
            }
            events {
                an_event_keeps_every_member,
                events_come_newest_first,
                events_are_told_apart_by_service,
            }
            meta {
                the_first_to_write_a_value_wins,
                a_value_may_be_any_bytes,
                of_many_writers_one_is_the_first,
            }
            durable {
                reopening_keeps_everything,
                a_crash_keeps_everything,
                what_ended_stays_ended_after_reopening,
                what_ended_stays_ended_after_a_crash,
                lists_are_whole_after_reopening,
                lists_are_whole_after_a_crash,
                a_dropped_caller_leaves_all_or_nothing,
            }
            close {
                a_closed_store_refuses_and_does_not_hang,
                closing_loses_nothing_acknowledged,
            }
            races {
                of_many_consumers_one_wins,
                of_many_rotations_one_wins,
                of_many_claims_beside_other_writes_one_wins,
                of_many_claims_one_wins,
                of_many_namesakes_one_is_written,
                many_writers_of_one_new_record_all_write_it,
                of_many_revocations_one_counts,
                a_rotation_and_a_revocation_agree,
            }
            flood {
                five_hundred_commands_have_five_hundred_outcomes,
                everyone_reads_his_own_writes,
            }
            nodes {
                a_store_alone_hears_nothing,
                nodes_see_one_ledger,
                nodes_share_the_numbers,
                of_two_nodes_one_wins,
                of_two_nodes_one_gets_the_name,
                nodes_that_cross_each_other_do_not_fail,
                a_node_hears_of_the_others,
                a_node_misses_nothing,
            }
        }
    };
}

macro_rules! table {
    ([] $($subject:ident { $($rule:ident,)* })*) => {
        /// Every case, in the order of the list.
        pub const CASES: &[Case] = &[$($(Case {
            name: concat!(stringify!($subject), "::", stringify!($rule)),
            run: |fixture| Box::pin(super::cases::$subject::$rule(fixture)),
        },)*)*];
    };
}

crate::conformance_cases!(table, []);
