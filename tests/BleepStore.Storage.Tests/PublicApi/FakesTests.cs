using System.Reflection;
using NSubstitute;

namespace BleepStore.Storage.Tests.PublicApi;

public class FakesTests
{
    private static readonly Type[] Fakeable =
    [
        typeof(ObjectStore), typeof(Bucket), typeof(MultipartUpload), typeof(ObjectReader), typeof(ObjectWriter),
    ];

    [TestCaseSource(nameof(Fakeable))]
    public void Every_public_member_can_be_faked(Type type)
    {
        IEnumerable<string> fixedMembers = type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
            .Where(static method => !method.IsVirtual || method.IsFinal)
            .Select(static method => method.Name)
            .Where(static name => name != nameof(IDisposable.Dispose));
        Assert.That(fixedMembers, Is.Empty, "Dispose alone goes by the pattern: Dispose(bool) is what is overridden");
        Assert.That(type.GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic)
            .Any(static constructor => constructor.IsFamily && constructor.GetParameters().Length == 0), Is.True);
    }

    [Test]
    public async Task An_application_can_be_tested_against_substitutes()
    {
        ObjectStore store = Substitute.For<ObjectStore>();
        Bucket bucket = Substitute.For<Bucket>();
        MultipartUpload upload = Substitute.For<MultipartUpload>();
        store.GetBucket("b").Returns(bucket);
        bucket.ExistsAsync("k", Arg.Any<CancellationToken>()).Returns(true);
        bucket.GetMultipartUpload("k", "id").Returns(upload);
        upload.Key.Returns("k");
        ObjectReader reader = Substitute.For<ObjectReader>();
        reader.ReadAllAsync(Arg.Any<CancellationToken>()).Returns([1, 2]);
        bucket.GetAsync("k", Arg.Any<GetOptions?>(), Arg.Any<CancellationToken>()).Returns(reader);
        ObjectWriter writer = Substitute.For<ObjectWriter>();
        writer.CommitAsync(Arg.Any<CancellationToken>())
            .Returns<ObjectProperties>(_ => throw new StorageException(StorageErrorCode.SlowDown, "Later."));
        bucket.OpenWriteAsync("k", Arg.Any<PutOptions?>(), Arg.Any<CancellationToken>()).Returns(writer);

        Assert.That(await store.GetBucket("b").ExistsAsync("k"), Is.True);
        Assert.That(store.GetBucket("b").GetMultipartUpload("k", "id").Key, Is.EqualTo("k"));
        await using ObjectReader read = await bucket.GetAsync("k");
        Assert.That(await read.ReadAllAsync(), Is.EqualTo(new byte[] { 1, 2 }));
        await using ObjectWriter written = await bucket.OpenWriteAsync("k");
        Assert.That(() => written.CommitAsync(), Throws.TypeOf<StorageException>());
        await store.DisposeAsync();
        store.Dispose();
    }

    [Test]
    public async Task A_fake_that_leaves_out_the_member_that_is_called_says_so()
    {
        var bucket = new Empty();
        Assert.That(() => bucket.HeadAsync("k"), Throws.InvalidOperationException.With.Message.Contains("fake"));
        var upload = new EmptyUpload();
        Assert.That(() => upload.AbortAsync(), Throws.InvalidOperationException.With.Message.Contains("fake"));
        await using var store = new EmptyStore();
        Assert.That(() => store.CheckAsync(), Throws.InvalidOperationException.With.Message.Contains("fake"));
        await using var reader = new EmptyReader();
        Assert.That(() => reader.Properties, Throws.InvalidOperationException.With.Message.Contains("fake"));
        Assert.That(() => reader.Range, Throws.InvalidOperationException.With.Message.Contains("fake"));
        Assert.That(() => reader.Content, Throws.InvalidOperationException.With.Message.Contains("fake"));
        Assert.That(() => reader.ReadAllAsync(), Throws.InvalidOperationException.With.Message.Contains("fake"));
        await using var writer = new EmptyWriter();
        Assert.That(() => writer.Stream, Throws.InvalidOperationException.With.Message.Contains("fake"));
        Assert.That(() => writer.CommitAsync(), Throws.InvalidOperationException.With.Message.Contains("fake"));
        Assert.That((store.Name, bucket.Name, upload.Key, upload.UploadId), Is.EqualTo(("", "", "", "")));
    }

    private sealed class Empty : Bucket;

    private sealed class EmptyUpload : MultipartUpload;

    private sealed class EmptyStore : ObjectStore;

    private sealed class EmptyReader : ObjectReader;

    private sealed class EmptyWriter : ObjectWriter;
}
