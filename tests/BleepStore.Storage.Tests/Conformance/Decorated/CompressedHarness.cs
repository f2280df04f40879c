using System.IO.Compression;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Decorators.Compression;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

/// <summary>Every object that is put in one request is stored compressed, although few objects of the suite become smaller.</summary>
public partial class CompressedHarness(bool isOnDisk) : DecoratedHarness(isOnDisk)
{
    public CompressedHarness()
        : this(isOnDisk: false)
    {
    }

    public override string Name => $"{Place}, compressed";

    internal override StorageBackend Decorate(StorageBackend inner)
    {
        var options = new CompressionOptions { Level = CompressionLevel.Fastest, MinimumSize = 0, ShouldCompress = static _ => true };
        return new CompressionBackend(inner, options, Stores.Context(inner)) { KeepsLarger = true, CompressesUntyped = true };
    }
}
