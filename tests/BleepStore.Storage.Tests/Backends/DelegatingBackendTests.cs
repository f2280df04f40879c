using System.Reflection;
using System.Runtime.CompilerServices;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Tests.Support;
using NSubstitute;
using NSubstitute.Core;

namespace BleepStore.Storage.Tests.Backends;

public class DelegatingBackendTests
{
    private static IEnumerable<MethodInfo> Members => typeof(StorageBackend)
        .GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        .Where(static method => method.IsVirtual
            && !method.IsFinal
            && method.Name is not ("Dispose" or nameof(StorageBackend.BeginPartsAsync)));

    [TestCaseSource(nameof(Members))]
    public async Task Every_member_arrives_at_the_backend_underneath(MethodInfo member)
    {
        StorageBackend inner = Substitute.For<StorageBackend>();
        var outer = new Forwarding(inner);
        object?[] arguments = member.GetParameters().Select(static parameter => Argument(parameter.ParameterType)).ToArray();
        inner.ClearReceivedCalls();

        object? result = member.Invoke(outer, arguments);
        if (result is ValueTask ended)
        {
            await ended;
        }

        // Reading the abilities of the backend underneath is no call of a member under test.
        ICall arrived = inner.ReceivedCalls()
            .First(call => call.GetMethodInfo().Name is var name && (name == member.Name || name != "get_Capabilities"));
        Assert.That(arrived.GetMethodInfo().Name, Is.EqualTo(member.Name));
        Assert.That(arrived.GetArguments(), Is.EqualTo(arguments), "with the same arguments, the token among them");
    }

    [Test]
    public void Every_member_that_can_be_overridden_is_overridden()
    {
        IEnumerable<string> left = Members
            .Where(static member => typeof(DelegatingBackend)
                .GetMethod(
                    member.Name,
                    BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic,
                    member.GetParameters().Select(static parameter => parameter.ParameterType).ToArray())!
                .DeclaringType != typeof(DelegatingBackend))
            .Select(static member => member.Name);
        Assert.That(left, Is.Empty);
        Assert.That(Members.Count(), Is.GreaterThanOrEqualTo(22), "the reflection found the members");
    }

    /// <summary>
    /// A decorator that changes the bytes of parts, and knows only of explicit uploads, would otherwise let those of a large put through as
    /// they are.
    /// </summary>
    [Test]
    public async Task The_parts_of_a_large_put_pass_the_decorator()
    {
        StorageBackend inner = Substitute.For<StorageBackend>();
        inner.CreateUploadAsync(Arg.Any<CreateUploadRequest>(), Arg.Any<CancellationToken>()).Returns("id");
        var outer = new CountingParts(inner);
        PartedWrite write = await outer.BeginPartsAsync(
            new CreateUploadRequest { Bucket = "b", Key = "k", WriteToken = "token" }, CancellationToken.None);

        await write.SendAsync(1, StorageBody.FromBytes(new byte[1]), CancellationToken.None);

        Assert.That(outer.Parts, Is.EqualTo(1));
        await inner.DidNotReceive().BeginPartsAsync(Arg.Any<CreateUploadRequest>(), Arg.Any<CancellationToken>());
    }

    /// <summary>A URL goes around the decorator. None leaks by accident.</summary>
    [Test]
    public async Task Presigning_is_refused_unless_the_decorator_forwards_it()
    {
        StorageBackend inner = Presigning();
        var outer = new Passing(inner);

        StorageException[] refusals =
        [
            await Catch.CodeAsync(
                StorageErrorCode.NotSupported, () => outer.PresignAsync(Argument<PresignRequest>(), CancellationToken.None).AsTask()),
            await Catch.CodeAsync(
                StorageErrorCode.NotSupported,
                () => outer.PresignPartAsync(Argument<PresignPartRequest>(), CancellationToken.None).AsTask()),
            await Catch.CodeAsync(
                StorageErrorCode.NotSupported,
                () => outer.PresignPostAsync(Argument<PresignPostRequest>(), CancellationToken.None).AsTask()),
            Catch.Code(StorageErrorCode.NotSupported, () => outer.GetUpstreamName("bucket", "key")),
        ];

        Assert.That(
            refusals.Select(static error => error.Message), Has.All.Contains("Passing").And.All.Contains("ObjectStoreOptions.Links"));
        Assert.That(
            inner.ReceivedCalls().Select(static call => call.GetMethodInfo().Name),
            Has.None.Contains("Presign").And.None.Contains("Upstream"));
    }

    [Test]
    public void The_capabilities_to_presign_are_hidden_and_all_others_stay()
    {
        StorageBackend inner = Presigning();
        var outer = new Passing(inner);

        StorageCapabilities expected = inner.Capabilities with
        {
            SupportsPresign = false,
            SupportsPresignHeaders = false,
            SupportsPresignPost = false,
            PresignedPartsNeedMd5 = false,
        };
        Assert.That(outer.Capabilities, Is.EqualTo(expected));
        StorageCapabilities again = outer.Capabilities;
        Assert.That(outer.Capabilities, Is.SameAs(again), "made once");
        Assert.That(new Forwarding(inner).Capabilities, Is.SameAs(inner.Capabilities));
    }

    [Test]
    public void Capabilities_follow_those_of_a_backend_that_finds_out_more()
    {
        StorageBackend inner = Presigning();
        var outer = new Passing(inner);
        Assert.That(outer.Capabilities.MaxKeyBytes, Is.EqualTo(901));

        inner.Capabilities.Returns(new StorageCapabilities { MaxKeyBytes = 902 });

        Assert.That(outer.Capabilities.MaxKeyBytes, Is.EqualTo(902));
    }

    [Test]
    public void What_the_backend_underneath_answers_is_passed_on()
    {
        StorageBackend inner = Substitute.For<StorageBackend>();
        Task<bool> answer = Task.FromResult(true);
        inner.BucketExistsAsync(Arg.Any<BucketExistsRequest>(), Arg.Any<CancellationToken>()).Returns(answer);
        Assert.That(
            new Passing(inner).BucketExistsAsync(new BucketExistsRequest { Bucket = "b" }, CancellationToken.None), Is.SameAs(answer));
    }

    [Test]
    public void Disposing_disposes_the_backend_underneath()
    {
        var inner = new Disposed();
        new Passing(inner).Dispose();
        Assert.That(inner.Times, Is.Positive);
    }

    [Test]
    public async Task Disposing_asynchronously_disposes_the_backend_underneath()
    {
        var inner = new Disposed();
        await new Passing(inner).DisposeAsync();
        Assert.That(inner.Times, Is.Positive);
    }

    [Test]
    public void A_decorator_offers_itself_before_what_is_underneath()
    {
        var inner = new Disposed();
        var outer = new Passing(inner);
        Assert.That(outer.GetService(typeof(Passing)), Is.SameAs(outer));
        Assert.That(outer.GetService(typeof(Disposed)), Is.SameAs(inner));
        Assert.That(outer.GetService(typeof(StorageBackend)), Is.SameAs(outer));
    }

    [Test]
    public void A_decorator_of_nothing_is_refused() => Assert.That(() => new Passing(null!), Throws.ArgumentNullException);

    private static StorageBackend Presigning()
    {
        StorageBackend inner = Substitute.For<StorageBackend>();
        inner.Capabilities.Returns(new StorageCapabilities
        {
            MaxKeyBytes = 901,
            SupportsPresign = true,
            SupportsPresignHeaders = true,
            SupportsPresignPost = true,
            PresignedPartsNeedMd5 = true,
        });
        return inner;
    }

    private static T Argument<T>() => (T)Argument(typeof(T))!;

    private static object? Argument(Type type) =>
        type == typeof(CancellationToken) ? new CancellationTokenSource().Token
        : type == typeof(Type) ? typeof(string)
        : type == typeof(string) ? "bucket"
        : RuntimeHelpers.GetUninitializedObject(type);

    private class Passing(StorageBackend inner) : DelegatingBackend(inner);

    private sealed class Forwarding(StorageBackend inner) : DelegatingBackend(inner)
    {
        protected override bool ForwardsPresign => true;
    }

    private sealed class CountingParts(StorageBackend inner) : DelegatingBackend(inner)
    {
        public int Parts { get; private set; }

        public override Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken)
        {
            Parts++;
            return base.UploadPartAsync(request, cancellationToken);
        }
    }

    private sealed class Disposed() : Passing(Substitute.For<StorageBackend>())
    {
        public int Times { get; private set; }

        protected override void Dispose(bool disposing)
        {
            Times++;
            base.Dispose(disposing);
        }
    }
}
