using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Aws.Tests.Conformance;

/// <summary>What S3 cannot keep, and what single servers cannot, by reason.</summary>
internal static class AwsDifferences
{
    private const string ETagRevision =
        "the only revision that S3 can test is its ETag, which repeats when the same bytes are written again";
    private const string BareIds =
        "S3's listing tells its own upload ids, without the token that the id of a new upload begins with; they serve as well";
    private const string Unpinned = "this server does not look at x-amz-copy-source-if-match";

    private const string NoUpload = "moto answers 500 to a part of an upload that is not there";

    private static readonly string[] ConditionalWrites =
    [
        "IfAbsent_creates_where_nothing_is({0})",
        "IfAbsent_does_not_overwrite({0})",
        "IfMatch_overwrites_the_object_with_that_ETag({0},True)",
        "IfMatch_overwrites_the_object_with_that_ETag({0},False)",
        "IfMatch_leaves_an_object_with_another_ETag({0})",
        "IfMatch_any_means_that_an_object_must_be_there({0})",
        "IfMatch_or_IfRevision_without_an_object_is_PreconditionFailed({0})",
        "IfRevision_overwrites_exactly_that_write({0})",
        "IfRevision_leaves_a_later_write({0})",
        "All_conditions_given_must_hold({0})",
        "A_conditional_write_whose_answer_was_lost_is_success_when_it_landed({0},True)",
        "A_conditional_write_whose_answer_was_lost_is_success_when_it_landed({0},False)",
    ];

    /// <summary>On every server.</summary>
    public static IEnumerable<Difference> OfS3 =>
    [
        new("Put.Every_write_has_a_revision_of_its_own_even_of_the_same_bytes", ETagRevision),
        new("Delete.A_key_can_be_put_again_after_a_delete", ETagRevision),
        new("Conditions.A_repeated_ETag_meets_IfMatch_where_a_revision_does_not_repeat", ETagRevision),
        new("Keys.Names_a_multipart_upload", BareIds),
        new("Multipart.Aborting_one_upload_leaves_the_other_of_its_key", BareIds),
        new("Multipart.Uploads_are_listed_by_key_then_id_with_markers_and_pages", BareIds),
    ];

    /// <summary>On servers that do not look at the condition on a copy's source.</summary>
    public static IEnumerable<Difference> OfUnpinnedCopies => UnpinnedCopies.Select(static one => one with { IsOccasional = true });

    private static IEnumerable<Difference> UnpinnedCopies =>
    [
        new("Copy.A_source_that_is_replaced_meanwhile_is_not_copied(1000)", Unpinned + ": the copy is made, and reported", StorageErrorCode.OperationAborted),
        new("Copy.A_source_that_is_replaced_meanwhile_is_not_copied(5243880)", Unpinned + ", and the ETags of multipart objects do not tell"),
        new("Multipart.A_source_that_is_replaced_meanwhile_is_not_copied", Unpinned + ", and the ETag of a part does not tell"),
    ];

    /// <summary>
    /// On Ceph 16. Newer ones can more, so each only may happen. <c>AbilitiesTests</c> holds what the server does against what the library
    /// answers.
    /// </summary>
    public static IEnumerable<Difference> OfCeph => Ceph16.Select(static one => one with { IsOccasional = true });

    private static IEnumerable<Difference> Ceph16 =>
    [
        .. Unconditional("LargePut", "completions"),
        .. Unconditional("Complete", "completions").Select(static difference => LooksAtIds(difference) ? difference with { Answer = null } : difference),
        .. Unconditional("Copy", "copies"),
        new("Metadata.As_much_as_fits_of_the_oddest_metadata_is_stored", Ignores("completions"), StorageErrorCode.NotSupported),
        new("Metadata.What_the_store_adds_of_its_own_is_never_shown", Ignores("completions"), StorageErrorCode.NotSupported),
        new("Copy.A_copy_onto_itself_can_be_conditional", Ignores("copies"), StorageErrorCode.NotSupported),
        new("Move.A_condition_on_the_target_that_does_not_hold_moves_nothing", Ignores("copies"), StorageErrorCode.NotSupported),
        new("Cancellation.A_conditional_put_that_is_cancelled_while_its_lost_answer_is_looked_for_says_so(5245880)", Ignores("completions"), StorageErrorCode.NotSupported),
        new("Multipart.A_commit_whose_condition_fails_can_be_repeated_without_it", Ignores("completions"), StorageErrorCode.NotSupported),
        new("Multipart.A_conditional_commit_that_is_repeated_is_still_the_one_that_won", Ignores("completions"), StorageErrorCode.NotSupported),
        new("Multipart.A_subset_of_the_parts_can_be_completed_and_the_rest_goes", "Ceph 16 completes an upload only with all of its parts", StorageErrorCode.InvalidPart),
        new("Concurrency.Of_many_who_complete_uploads_under_IfAbsent_one_wins", Ignores("completions")),
        new("Concurrency.Listings_agree_with_reads_after_deletes_that_raced_puts", "Ceph 16 can leave an object out of its listings that is put while it is deleted") { IsOccasional = true },
        new("Concurrency.An_abort_racing_a_commit_either_wins_whole", "Ceph 16 can take an abort for done that comes while it completes the upload"),
    ];

    /// <summary>On a server that was not made for the tests.</summary>
    public static IEnumerable<Difference> OfGivenServers =>
    [
        new("Buckets.Buckets_are_listed_in_the_order_of_their_names", "the account can have buckets from before") { IsOccasional = true },
    ];

    /// <summary>On moto 5.2, in the areas that are bound there.</summary>
    public static IEnumerable<Difference> OfMoto =>
    [
        .. new[] { "LargePut", "Complete" }.SelectMany(static kind => Overwrites(kind, "moto looks at If-None-Match on completions, not at If-Match: the object is overwritten")),
        .. Overwrites("Copy", "moto does not look at conditions on what a copy overwrites"),
        new("Conditions.IfAbsent_does_not_overwrite(Copy)", "moto does not look at conditions on what a copy overwrites"),
        new("Conditions.IfAbsent_does_not_overwrite(Complete)", BareIds),
        new("Conditions.IfMatch_any_means_that_an_object_must_be_there(Complete)", BareIds),
        new("Conditions.All_conditions_given_must_hold(Complete)", BareIds),
        .. new[] { "missing", "../../x", "..", ".", ".x", "a/b", "/etc/passwd", "AAAAAAAAAAAAAAAAAAAAAA" }.Select(static id =>
            new Difference($"Multipart.An_upload_id_that_is_none_is_NoSuchUpload_whatever_it_is(\"{id}\")", NoUpload, StorageErrorCode.ServiceUnavailable)),
        new("Multipart.After_the_commit_everything_else_is_NoSuchUpload_and_the_object_stays", NoUpload, StorageErrorCode.ServiceUnavailable),
        new("Multipart.After_an_abort_everything_is_NoSuchUpload_and_the_old_object_stays", NoUpload, StorageErrorCode.ServiceUnavailable),
        new("Multipart.An_upload_can_be_taken_up_by_another_store_with_nothing_but_its_id", NoUpload, StorageErrorCode.ServiceUnavailable),
        new("Multipart.A_part_cannot_be_copied_from_what_is_not_there", NoUpload, StorageErrorCode.ServiceUnavailable),
        new("Multipart.Old_uploads_are_aborted_by_the_clock_of_the_service_and_nothing_else_is", "moto says of every upload that it was begun in 2010"),
        new("Multipart.An_upload_is_found_only_under_its_own_key_bucket_and_id", "moto finds an upload by its id, under any key"),
        new("Multipart.Parts_are_listed_by_number_with_markers_and_pages", "moto takes the marker for a position among the parts, not for a part's number"),
    ];

    private static IEnumerable<Difference> Overwrites(string kind, string reason) =>
    [
        new($"Conditions.IfMatch_leaves_an_object_with_another_ETag({kind})", reason),
        new($"Conditions.IfMatch_or_IfRevision_without_an_object_is_PreconditionFailed({kind})", reason),
        new($"Conditions.IfRevision_leaves_a_later_write({kind})", reason),
    ];

    private static IEnumerable<Difference> Unconditional(string kind, string requests) =>
        ConditionalWrites.Select(test => new Difference("Conditions." + test.Replace("{0}", kind, StringComparison.Ordinal), Ignores(requests), StorageErrorCode.NotSupported));

    /// <summary>These compare the ids of uploads before they come to the condition.</summary>
    private static bool LooksAtIds(Difference difference) =>
        difference.Test is "Conditions.All_conditions_given_must_hold(Complete)" or "Conditions.IfMatch_any_means_that_an_object_must_be_there(Complete)";

    private static string Ignores(string requests) => $"Ceph 16 does not look at conditions on {requests}, so that they are refused here";
}
