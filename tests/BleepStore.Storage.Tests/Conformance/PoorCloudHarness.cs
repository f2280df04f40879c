using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Tests.Conformance;

/// <summary>The suite on an upstream with fewer abilities, with declared differences.</summary>
public sealed class PoorCloudHarness : CloudLikeHarness
{
    private PoorCloudBackend? _poor;

    public override string Name => "memory as a poor cloud";

    public override IReadOnlyList<Difference> Differences =>
    [
        .. new[]
        {
            "IfAbsent_creates_where_nothing_is(Copy)",
            "IfAbsent_does_not_overwrite(Copy)",
            "IfMatch_overwrites_the_object_with_that_ETag(Copy,False)",
            "IfMatch_overwrites_the_object_with_that_ETag(Copy,True)", "IfMatch_any_means_that_an_object_must_be_there(Copy)",
            "IfMatch_or_IfRevision_without_an_object_is_PreconditionFailed(Copy)",
            "IfRevision_overwrites_exactly_that_write(Copy)",
            "IfRevision_leaves_a_later_write(Copy)",
            "All_conditions_given_must_hold(Copy)", "A_conditional_write_whose_answer_was_lost_is_success_when_it_landed(Copy,False)",
            "A_conditional_write_whose_answer_was_lost_is_success_when_it_landed(Copy,True)",
        }.Select(static test => new Difference(
            $"Conditions.{test}", "The upstream ignores conditions on the destination of a copy.", StorageErrorCode.NotSupported)),
        new("Copy.A_copy_onto_itself_can_be_conditional",
            "The upstream ignores conditions on the destination of a copy.", StorageErrorCode.NotSupported),
        new("Move.A_condition_on_the_target_that_does_not_hold_moves_nothing", "The upstream ignores conditions on the destination of a " +
            "copy.", StorageErrorCode.NotSupported),
        new("Metadata.What_the_store_adds_of_its_own_is_never_shown",
            "The upstream ignores conditions on the destination of a copy.", StorageErrorCode.NotSupported),
    ];

    internal override StorageBackend Wrap(StorageBackend backend) => _poor ??= new PoorCloudBackend(backend);
}
