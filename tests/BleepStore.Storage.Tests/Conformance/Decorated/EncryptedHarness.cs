using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

/// <summary>The in-memory backend behind the encryption.</summary>
public class EncryptedHarness : ConformanceHarness
{
    private readonly ObjectStore _owner = InMemoryStore.Create();

    public override string Name => "memory, encrypted";

    public override IReadOnlyList<Difference> Differences =>
    [
        new("Conditions.A_repeated_ETag_meets_IfMatch_where_a_revision_does_not_repeat", "The same bytes are encrypted to others each " +
            "time."),
        new("Conditions.IfMatch_holds_when_the_same_bytes_are_written_meanwhile", "The same bytes are encrypted to others each time."),
        new("Transfers.A_folder_goes_up_and_comes_down", "No ETag follows from the bytes of a file."),
        new("Transfers.A_file_of_several_parts_is_compared_too", "No ETag follows from the bytes of a file."),
        new("Transfers.A_sync_sends_what_has_changed_and_reads_no_object", "No ETag follows from the bytes of a file."),
        new("Transfers.A_bucket_is_synchronised_with_a_bucket", "The same bytes are encrypted to others each time."),
    ];

    public override ValueTask<ObjectStore> CreateStoreAsync(ObjectStoreOptions? options = null, TimeProvider? timeProvider = null)
    {
        StorageBackend beneath = Beneath(new UnownedBackend(_owner.GetService<StorageBackend>()!));
        return ValueTask.FromResult(ObjectStore.Create(Encrypted.Over(beneath), options, timeProvider: timeProvider));
    }

    public override async ValueTask DisposeAsync()
    {
        await _owner.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The backend between the encryption and the memory.</summary>
    internal virtual StorageBackend Beneath(StorageBackend memory) => memory;
}
