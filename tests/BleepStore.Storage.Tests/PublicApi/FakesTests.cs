using System.Reflection;
using NSubstitute;

namespace BleepStore.Storage.Tests.PublicApi;

public class FakesTests
{
    private static readonly Type[] Fakeable = [typeof(ObjectStore), typeof(Bucket), typeof(MultipartUpload)];

    [TestCaseSource(nameof(Fakeable))]
    public void Every_public_member_can_be_faked(Type type)
    {
        IEnumerable<string> fixedMembers = type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
            .Where(static method => !method.IsVirtual || method.IsFinal)
            .Select(static method => method.Name)
            .Where(static name => name != nameof(IDisposable.Dispose));
        Assert.That(fixedMembers, Is.Empty, "Dispose alone goes by the pattern: Dispose(bool) is what is overridden");
        Assert.That(type.GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic).Any(static constructor => constructor.IsFamily && constructor.GetParameters().Length == 0), Is.True);
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

        Assert.That(await store.GetBucket("b").ExistsAsync("k"), Is.True);
        Assert.That(store.GetBucket("b").GetMultipartUpload("k", "id").Key, Is.EqualTo("k"));
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
        Assert.That((store.Name, bucket.Name, upload.Key, upload.UploadId), Is.EqualTo(("", "", "", "")));
    }

    private sealed class Empty : Bucket;

    private sealed class EmptyUpload : MultipartUpload;

    private sealed class EmptyStore : ObjectStore;
}
