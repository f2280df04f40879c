using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Aws.Tests.Conformance;

/// <summary>
/// The tests that S3 cannot pass, and those that a server without an ability cannot pass. Each ability that a server has is held against
/// it.
/// </summary>
internal static class AwsDifferences
{
    private const string ETagRevision =
        "the only revision that S3 can test is its ETag, which repeats when the same bytes are written again";
    private const string BareIds =
        "S3's listing tells its own upload ids, without the token that the id of a new upload begins with; they serve as well";
    private const string Unpinned = "this server does not look at x-amz-copy-source-if-match";

    private const string NoUpload = "this server does not say that an upload has ended when it gets a part of it";
    private const string Undecided = "this server looks at a condition before it writes, not in the same step";

    private static readonly string[] WritesIfAbsent =
    [
        "IfAbsent_creates_where_nothing_is({0})",
        "IfAbsent_does_not_overwrite({0})",
        "A_conditional_write_whose_answer_was_lost_is_success_when_it_landed({0},True)",
    ];

    private static readonly string[] WritesIfMatch =
    [
        "IfMatch_overwrites_the_object_with_that_ETag({0},True)",
        "IfMatch_overwrites_the_object_with_that_ETag({0},False)",
        "IfMatch_leaves_an_object_with_another_ETag({0})",
        "IfMatch_any_means_that_an_object_must_be_there({0})",
        "IfMatch_or_IfRevision_without_an_object_is_PreconditionFailed({0})",
        "IfRevision_overwrites_exactly_that_write({0})",
        "IfRevision_leaves_a_later_write({0})",
        "All_conditions_given_must_hold({0})",
        "A_conditional_write_whose_answer_was_lost_is_success_when_it_landed({0},False)",
    ];

    private static readonly string[] Ids =
        ["missing", "../../x", "..", ".", ".x", "a/b", "/etc/passwd", "AAAAAAAAAAAAAAAAAAAAAA"];

    /// <param name="can">The abilities of the server.</param>
    /// <param name="ownBuckets">Whether each bucket has an upstream bucket of its own.</param>
    /// <param name="isGiven">Whether the environment names the server, so that it was not made for the tests.</param>
    public static IReadOnlyList<Difference> Of(ServerAbilities can, bool ownBuckets, bool isGiven) =>
    [
        .. OfS3,
        .. OfRaces,
        .. Unless(can.CompletesIfAbsent, OfCompletionsIfAbsent),
        .. Unless(
            can.CompletesIfMatch,
            [.. Refused(WritesIfMatch, "LargePut", "completions"), .. Refused(WritesIfMatch, "Complete", "completions")]),
        .. Unless(can.CopiesIfAbsent, Refused(WritesIfAbsent, "Copy", "copies")),
        .. Unless(can.CopiesIfMatch, Refused(WritesIfMatch, "Copy", "copies")),
        .. Unless(
            can is { CopiesIfAbsent: true, CopiesIfMatch: true },
            new Difference("Copy.A_copy_onto_itself_can_be_conditional", Ignores("copies"), StorageErrorCode.NotSupported),
            new Difference(
                "Move.A_condition_on_the_target_that_does_not_hold_moves_nothing", Ignores("copies"), StorageErrorCode.NotSupported)),
        .. Unless(
            can is { CompletesIfAbsent: true, CopiesIfAbsent: true },
            new Difference(
                "Metadata.What_the_store_adds_of_its_own_is_never_shown", Ignores("completions or copies"), StorageErrorCode.NotSupported)),
        .. Unless(
            can.PinsCopies,
            new(
                "Copy.A_source_that_is_replaced_meanwhile_is_not_copied(1000)",
                Unpinned + ": the copy is made, and reported",
                StorageErrorCode.OperationAborted),
            new(
                "Copy.A_source_that_is_replaced_meanwhile_is_not_copied(5243880)",
                Unpinned + ", and the ETags of multipart objects do not tell")),
        .. Unless(
            can.PinsPartCopies,
            new Difference(
                "Multipart.A_source_that_is_replaced_meanwhile_is_not_copied", Unpinned + ", and the ETag of a part does not tell")),
        .. Unless(
            can.CompletesSubsets,
            new Difference(
                "Multipart.A_subset_of_the_parts_can_be_completed_and_the_rest_goes",
                "this server completes an upload only with all of its parts",
                StorageErrorCode.InvalidPart)),
        .. Unless(can.KnowsEndedUploads, OfEndedUploads),
        .. Unless(
            can is { KnowsEndedUploads: true, DatesUploads: true },
            new Difference(
                "Multipart.Old_uploads_are_aborted_by_the_clock_of_the_service_and_nothing_else_is",
                "this server does not say when an upload was begun, or that it has ended")),
        .. Unless(
            can.KeepsUploadsToKeys,
            new Difference(
                "Multipart.An_upload_is_found_only_under_its_own_key_bucket_and_id",
                "this server finds an upload by its id, under any key")),
        .. Unless(
            can.PagesPartsByNumber,
            new Difference(
                "Multipart.Parts_are_listed_by_number_with_markers_and_pages",
                "this server takes the marker for a position among the parts, not for a part's number")),
        .. Unless(can.DecidesRaces, OfUndecidedRaces),
        .. Unless(
            can.RefusesBucketsThatExist || !ownBuckets,
            new Difference(
                "Buckets.Of_many_who_create_a_bucket_one_succeeds",
                "this server takes the creation of a bucket that the account has already for a success, so that it is asked for first, "
                + "not in the same step")),
        .. Unless(
            !isGiven,
            Occasional("Buckets.Buckets_are_listed_in_the_order_of_their_names", "the account can have buckets from before")),
    ];

    private static IEnumerable<Difference> OfS3 =>
    [
        new("Put.Every_write_has_a_revision_of_its_own_even_of_the_same_bytes", ETagRevision),
        new("Delete.A_key_can_be_put_again_after_a_delete", ETagRevision),
        new("Conditions.A_repeated_ETag_meets_IfMatch_where_a_revision_does_not_repeat", ETagRevision),
        new("Keys.Names_a_multipart_upload", BareIds),
        new("Multipart.Aborting_one_upload_leaves_the_other_of_its_key", BareIds),
        new("Multipart.Uploads_are_listed_by_key_then_id_with_markers_and_pages", BareIds),
    ];

    /// <summary>Races inside a server that was asked for nothing unusual. No probe shows for sure whether a server has them.</summary>
    private static IEnumerable<Difference> OfRaces =>
    [
        Occasional(
            "Concurrency.Listings_agree_with_reads_after_deletes_that_raced_puts",
            "Ceph 16 can leave an object out of its listings that is put while it is deleted"),
        Occasional(
            "Concurrency.An_abort_racing_a_commit_either_wins_whole",
            "Ceph 16 can take an abort for done that comes while it completes the upload"),
    ];

    private static Difference[] OfCompletionsIfAbsent =>
    [
        .. Refused(WritesIfAbsent, "LargePut", "completions"),
        .. Refused(WritesIfAbsent, "Complete", "completions"),
        new("Metadata.As_much_as_fits_of_the_oddest_metadata_is_stored", Ignores("completions"), StorageErrorCode.NotSupported),
        new(
            "Cancellation.A_conditional_put_that_is_cancelled_while_its_lost_answer_is_looked_for_says_so(5245880)",
            Ignores("completions"),
            StorageErrorCode.NotSupported),
        new("Multipart.A_commit_whose_condition_fails_can_be_repeated_without_it", Ignores("completions"), StorageErrorCode.NotSupported),
        new("Multipart.A_conditional_commit_that_is_repeated_is_still_the_one_that_won", Ignores(
            "completions"), StorageErrorCode.NotSupported),
        new("Concurrency.Of_many_who_complete_uploads_under_IfAbsent_one_wins", Ignores("completions")),
    ];

    private static Difference[] OfEndedUploads =>
    [
        .. Ids.Select(static id =>
            new Difference(
                $"Multipart.An_upload_id_that_is_none_is_NoSuchUpload_whatever_it_is(\"{id}\")",
                NoUpload,
                StorageErrorCode.ServiceUnavailable)),
        new("Multipart.After_the_commit_everything_else_is_NoSuchUpload_and_the_object_stays", NoUpload, StorageErrorCode.ServiceUnavailable),
        new("Multipart.After_an_abort_everything_is_NoSuchUpload_and_the_old_object_stays", NoUpload, StorageErrorCode.ServiceUnavailable),
        new("Multipart.An_upload_can_be_taken_up_by_another_store_with_nothing_but_its_id", NoUpload, StorageErrorCode.ServiceUnavailable),
        new("Multipart.A_part_cannot_be_copied_from_what_is_not_there", NoUpload, StorageErrorCode.ServiceUnavailable),
    ];

    private static Difference[] OfUndecidedRaces =>
    [
        Occasional("Concurrency.Of_32_who_create_one_key_exactly_one_wins", Undecided),
        Occasional("Concurrency.Ten_who_add_by_compare_and_swap_lose_no_addition", Undecided),
        Occasional("Concurrency.Of_many_who_complete_uploads_under_IfAbsent_one_wins", Undecided),
    ];

    private static Difference[] Unless(bool isAble, params Difference[] differences) => isAble ? [] : differences;

    private static Difference[] Refused(string[] tests, string kind, string requests) =>
    [
        .. tests.Select(test => new Difference(
            "Conditions." + test.Replace("{0}", kind, StringComparison.Ordinal), Ignores(requests), StorageErrorCode.NotSupported)),
    ];

    private static Difference Occasional(string test, string reason) => new(test, reason) { IsOccasional = true };

    private static string Ignores(string requests) =>
        $"this server does not look at conditions on {requests}, so that they are refused here";
}
