using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

/// <summary>The effects of compression. docs/decorators.md tells users.</summary>
public partial class CompressedHarness
{
    private const string NoRanges = "A range of a compressed object cannot be read.";
    private const string OtherSizes = "A listing shows the sizes of the stored bytes.";
    private const string NoPartCopies = "No part can be copied of a compressed object.";
    private const string NoComparison = "A file cannot be compared with the stored bytes.";

    private static readonly string[] ConditionsOfRanges =
    [
        "A_list_of_ETags_names_each_of_them",
        "IfMatch_goes_before_IfUnmodifiedSince",
        "IfNoneMatch_reads_only_what_the_caller_does_not_have",
        "IfRevision_reads_only_that_revision",
        "IfMatch_reads_only_the_object_that_the_caller_has",
        "IfNoneMatch_goes_before_IfModifiedSince",
        "IfUnmodifiedSince_reads_only_what_is_not_newer",
        "Dates_are_compared_to_the_second",
        "A_weak_ETag_matches_for_IfNoneMatch_and_never_for_IfMatch",
        "IfModifiedSince_reads_only_what_is_newer",
        "PreconditionFailed_goes_before_NotModified",
        "Quotes_around_an_ETag_are_taken_off",
    ];

    private static readonly string[] Ranges =
    [
        "990L,100L,990,10",
        "10L,null,10,990",
        "10L,50L,10,50",
        "null,100L,900,100",
        "999L,1L,999,1",
        "null,1L,999,1",
        "999L,null,999,1",
        "0L,1L,0,1",
        "0L,10L,0,10",
    ];

    private static readonly string[] CodeThatSeeks =
    [
        "CopyTo",
        "BufferedStream",
        "ReadByte and WriteByte",
        "JsonSerializer",
        "XDocument",
        "SHA256",
        "BeginRead and BeginWrite",
        "CryptoStream",
        "Stream.Synchronized",
        "GZipStream",
        "BinaryReader and BinaryWriter",
        "StreamReader and StreamWriter",
        "TarReader and TarWriter",
        "PipeReader and PipeWriter",
    ];

    private static readonly string[] ReadInRanges =
    [
        "Get.A_body_that_breaks_off_is_resumed_where_it_stood",
        "Range.Any_range_is_a_slice",
        "Range.Several_ranges_deliver_the_bytes_of_each",
        "Range.Several_ranges_fail_as_one_does",
        "Streams.A_zip_archive_is_read_entry_by_entry",
        "Streams.An_opened_object_can_be_read_anywhere",
        "Streams.An_opened_object_reads_like_a_file",
        "Streams.An_opened_object_stays_at_its_revision",
        "Streams.What_an_opened_object_and_a_reader_say_of_themselves",
        "Properties.All_properties_arrive_and_return(Copy)",
    ];

    private static readonly string[] CopiesOfParts =
    [
        "Multipart.A_copied_part_lives_on_when_its_source_goes",
        "Multipart.A_part_can_be_copied_whole_or_as_a_range_and_from_another_bucket",
        "Multipart.A_part_cannot_be_copied_from_what_is_not_there",
        "Multipart.After_an_abort_everything_is_NoSuchUpload_and_the_old_object_stays",
        "Multipart.After_the_commit_everything_else_is_NoSuchUpload_and_the_object_stays",
        "Multipart.An_upload_id_that_is_none_is_NoSuchUpload_whatever_it_is",
        "Multipart.An_upload_is_found_only_under_its_own_key_bucket_and_id",
    ];

    private static readonly string[] ComparedFiles =
    [
        "Transfers.A_file_of_several_parts_is_compared_too",
        "Transfers.A_folder_goes_up_and_comes_down",
        "Transfers.A_sync_sends_what_has_changed_and_reads_no_object",
    ];

    protected static readonly IReadOnlyList<Difference> AllDifferences =
    [
        .. ReadInRanges.Select(static test => new Difference(test, NoRanges, StorageErrorCode.NotSupported)),
        .. ConditionsOfRanges.Select(static test => new Difference($"Conditions.{test}(Range)", NoRanges, StorageErrorCode.NotSupported)),
        .. Ranges.Select(static range => new Difference(
            $"Range.A_range_delivers_its_bytes_and_the_properties_of_the_whole({range})", NoRanges, StorageErrorCode.NotSupported)),
        .. CodeThatSeeks.SelectMany(static code => new[] { "True", "False" }, static (code, how) => new Difference(
            $"Streams.Ordinary_code_can_write_and_read_through_our_streams(\"{code}\",{how})", NoRanges, StorageErrorCode.NotSupported)),
        .. CopiesOfParts.Select(static test => new Difference(test, NoPartCopies, StorageErrorCode.NotSupported)),
        .. ComparedFiles.Select(static test => new Difference(test, NoComparison)),
        new Difference("List.A_listing_says_of_each_object_what_head_says", OtherSizes),
    ];

    public override IReadOnlyList<Difference> Differences => AllDifferences;
}
