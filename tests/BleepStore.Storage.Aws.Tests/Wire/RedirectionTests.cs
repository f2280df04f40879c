using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>Answers that lead elsewhere are told as that, and nothing of the SDK's own surfaces.</summary>
public sealed class RedirectionTests
{
    [Test]
    public async Task A_redirect_is_told([Values(301, 302, 307, 308)] int status, [Values("https://s3.example.com/x", "/login", "https://login.example.com/", "ftp://example.com/")] string location, [Values] bool isGiven)
    {
        // The SDK of a client that was given follows 307 for as long as it is told to.
        int asked = 0;
        var wire = new StubTransport(_ => ++asked % 20 == 0 ? StubAnswer.Error(404, "NoSuchKey") : StubAnswer.Foreign(status).With("Location", location));
        Bucket bucket =
            isGiven ? wire.CreateGivenBucket() : wire.CreateBucket(static options => options.ServiceUrl = new Uri("http://s3.example.com"));

        StorageException get = await StorageAssert.ThrowsAsync<StorageException>(() => bucket.GetAsync("key"));
        StorageException put = await StorageAssert.ThrowsAsync<StorageException>(() => bucket.PutAsync("key", new byte[5]));

        Assert.That(new[] { get.Code, put.Code }, Is.All.AnyOf(StorageErrorCode.NotSupported, StorageErrorCode.InternalError, StorageErrorCode.NoSuchKey, StorageErrorCode.ServiceUnavailable));
        if (!isGiven)
        {
            Assert.That(get.Message, location == "https://s3.example.com/x" ? Does.Contain("redirects from http to https").And.Contain("'https://s3.example.com'") : Does.Contain("redirects"));
            Assert.That(get.Code, Is.EqualTo(StorageErrorCode.NotSupported));
        }
    }
}
