using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Tests.Shared.Libraries;

/// <summary>
/// Libraries of others that write and read through our streams. It is no part of the suite, because the suite is a package that would
/// bring these libraries along.
/// </summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
public abstract class LibrariesConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    private static IEnumerable<string> Uses => LibraryUse.All.Select(static use => use.Name);

    [Test]
    public async Task A_library_can_write_and_read_through_our_streams([ValueSource(nameof(Uses))] string name)
    {
        LibraryUse use = LibraryUse.All.Single(each => each.Name == name);

        await Bucket.WriteAsync("object", use.WriteAsync);

        await using ObjectReader reader = await Bucket.GetAsync("object");
        byte[] read = await use.ReadAsync(reader.Content);
        await using ObjectReadStream opened = await Bucket.OpenReadAsync("object");
        byte[] sought = await use.ReadAsync(opened);
        Assert.That(read.AsSpan().SequenceEqual(LibraryUse.Content), Is.True, $"{read.Length} bytes by {nameof(Bucket.GetAsync)}");
        Assert.That(sought.AsSpan().SequenceEqual(LibraryUse.Content), Is.True, $"{sought.Length} bytes by {nameof(Bucket.OpenReadAsync)}");
    }
}
