using System.Reflection;
using System.Runtime.CompilerServices;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Decorators;
using BleepStore.Storage.Tests.Support;
using NSubstitute;

namespace BleepStore.Storage.Tests.Decorators;

public class ReadOnlyBackendTests
{
    private static readonly string[] Writes =
    [
        nameof(StorageBackend.PutAsync), nameof(StorageBackend.DeleteAsync), nameof(StorageBackend.DeleteManyAsync), nameof(
            StorageBackend.CopyAsync),
        nameof(StorageBackend.CreateUploadAsync), nameof(StorageBackend.BeginPartsAsync), nameof(StorageBackend.UploadPartAsync),
        nameof(StorageBackend.CopyPartAsync), nameof(StorageBackend.CompleteUploadAsync), nameof(StorageBackend.AbortUploadAsync),
        nameof(StorageBackend.CreateBucketAsync), nameof(StorageBackend.DeleteBucketAsync), nameof(
            StorageBackend.DeletesConditionallyAsync),
        nameof(StorageBackend.PresignPartAsync), nameof(StorageBackend.PresignPostAsync),
    ];

    private static readonly string[] Reads =
    [
        nameof(StorageBackend.GetAsync), nameof(StorageBackend.HeadAsync), nameof(StorageBackend.ListAsync), nameof(
            StorageBackend.ListPartsAsync),
        nameof(StorageBackend.ListUploadsAsync), nameof(StorageBackend.ListForeignNamesAsync), nameof(StorageBackend.BucketExistsAsync),
        nameof(StorageBackend.ListBucketsAsync), nameof(StorageBackend.CheckAsync), nameof(StorageBackend.PresignAsync),
    ];

    private static IEnumerable<MethodInfo> Members => typeof(StorageBackend)
        .GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
        .Where(static method => method.IsVirtual)
        .Where(static method => method.GetParameters() is [_, { ParameterType: var last }] && last == typeof(CancellationToken))
        .Where(static method => method.Name != nameof(StorageBackend.MapReadFailure));

    [Test]
    public void Every_member_is_a_read_or_a_write() =>
        Assert.That(Members.Select(static member => member.Name), Is.EquivalentTo(Writes.Concat(Reads)));

    [Test]
    public async Task A_write_is_refused_before_it_is_sent([ValueSource(nameof(Writes))] string member)
    {
        StorageBackend inner = Substitute.For<StorageBackend>();

        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.AccessDenied, () => InvokeAsync(new ReadOnlyBackend(inner), member));

        Assert.That(error.Message, Does.Contain("WithReadOnly"));
        Assert.That((error.IsTransient, error.IsOutcomeUnknown), Is.EqualTo((false, false)));
        Assert.That(inner.ReceivedCalls(), Is.Empty);
    }

    [Test]
    public async Task A_read_goes_through([ValueSource(nameof(Reads))] string member)
    {
        StorageBackend inner = Substitute.For<StorageBackend>();

        await InvokeAsync(new ReadOnlyBackend(inner), member);

        Assert.That(inner.ReceivedCalls().Select(static call => call.GetMethodInfo().Name), Has.Some.EqualTo(member));
    }

    [TestCase(PresignMethod.Get, true)]
    [TestCase(PresignMethod.Head, true)]
    [TestCase(PresignMethod.Put, false)]
    [TestCase(PresignMethod.Delete, false)]
    public async Task A_URL_is_signed_for_reads_only(PresignMethod method, bool isSigned)
    {
        StorageBackend inner = Substitute.For<StorageBackend>();
        var request = new PresignRequest { Bucket = "bucket", Key = "k", Method = method, ExpiresIn = TimeSpan.FromMinutes(1) };

        Func<Task> sign = () => new ReadOnlyBackend(inner).PresignAsync(request, CancellationToken.None).AsTask();
        await (isSigned ? sign() : Catch.CodeAsync(StorageErrorCode.AccessDenied, sign));

        Assert.That(
            inner.ReceivedCalls().Count(static call => call.GetMethodInfo().Name == nameof(StorageBackend.PresignAsync)),
            Is.EqualTo(isSigned ? 1 : 0));
    }

    [Test]
    public async Task A_check_that_would_write_is_refused()
    {
        StorageBackend inner = Substitute.For<StorageBackend>();
        inner.Capabilities.Returns(new StorageCapabilities());
        await using var store = ObjectStore.Create(new ReadOnlyBackend(inner));

        await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => store.CheckAsync(new CheckOptions { ProbeWrite = true }));
        await inner.DidNotReceive().CheckAsync(Arg.Any<CheckRequest>(), Arg.Any<CancellationToken>());
        await store.CheckAsync();
        await inner.Received(1).CheckAsync(Arg.Any<CheckRequest>(), Arg.Any<CancellationToken>());
    }

    [Test]
    public void The_capabilities_keep_what_reads_need()
    {
        StorageBackend inner = Substitute.For<StorageBackend>();
        inner.Capabilities.Returns(
            new StorageCapabilities { SupportsPresign = true, SupportsPresignHeaders = true, SupportsPresignPost = true });
        var outer = new ReadOnlyBackend(inner);

        Assert.That(outer.Capabilities, Is.EqualTo(new StorageCapabilities { IsReadOnly = true, SupportsPresign = true }));
        StorageCapabilities again = outer.Capabilities;
        Assert.That(outer.Capabilities, Is.SameAs(again), "made once");
    }

    [Test]
    public async Task Every_write_of_the_facade_is_refused_and_the_object_stays()
    {
        var stored = new ScriptedBackend();
        byte[] bytes = Bytes.Of(10);
        ObjectProperties before = await Stores.Over(stored).PutAsync("k", bytes);
        Bucket bucket = Stores.Over(new ReadOnlyBackend(stored), partSize: 1000);
        Func<Task>[] writes =
        [
            () => bucket.PutAsync("k", Bytes.Of(3)),
            () => bucket.PutAsync("k", new SequentialSource(Bytes.Of(4500))),
            () => bucket.WriteAsync("k", static async stream => await stream.WriteAsync(new byte[3])),
            () => bucket.DeleteAsync("k"),
            () => bucket.DeleteAsync("k", new DeleteOptions { IfMatch = before.ETag }),
            () => bucket.DeleteManyAsync(["k"]),
            () => bucket.DeletePrefixAsync("k"),
            () => bucket.CopyAsync("k", "copy"),
            () => bucket.MoveAsync("k", "moved"),
            () => bucket.UpdateAttributesAsync("k", static attributes => attributes with { ContentType = "text/plain" }),
            () => bucket.CreateMultipartUploadAsync("k"),
            () => bucket.GetMultipartUpload("k", "id").UploadPartAsync(1, Bytes.Of(1)),
            () => bucket.GetMultipartUpload("k", "id").AbortAsync(),
        ];

        foreach (Func<Task> write in writes)
        {
            await Catch.CodeAsync(StorageErrorCode.AccessDenied, write);
        }

        await using ObjectReader reader = await bucket.GetAsync("k");
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(bytes));
        Assert.That(reader.Properties.Revision, Is.EqualTo(before.Revision));
        Assert.That(await bucket.ListAsync().CountAsync(), Is.EqualTo(1));
    }

    private static async Task InvokeAsync(StorageBackend backend, string name)
    {
        MethodInfo member = Members.Single(member => member.Name == name);
        Type type = member.GetParameters()[0].ParameterType;
        object request = type == typeof(string) ? "bucket" : RuntimeHelpers.GetUninitializedObject(type);
        object? started;
        try
        {
            started = member.Invoke(backend, [request, CancellationToken.None]);
        }
        catch (TargetInvocationException thrown)
        {
            throw thrown.InnerException!;
        }

        await (dynamic)started!;
    }
}
