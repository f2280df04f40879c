using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Aws.Tests.Wire;

public sealed class CredentialTests
{
    [Test]
    public async Task A_temporary_credential_is_renewed_when_it_has_expired([Values] bool lasts)
    {
        int renewals = 0;
        var clock = new FakeClock(TimeProvider.System.GetUtcNow());
        var wire = new StubTransport(static _ => StubAnswer.Written(StubAnswer.Md5OfNothing));
        Bucket bucket = Renewed(
            wire,
            _ =>
            {
                renewals++;
                return Task.FromResult(Temporary($"{renewals}", clock.Now.AddHours(1)));
            },
            time: clock);

        await bucket.PutAsync("key", ReadOnlyMemory<byte>.Empty);
        clock.Now += TimeSpan.FromMinutes(lasts ? 50 : 61);
        await bucket.PutAsync("key", ReadOnlyMemory<byte>.Empty);

        string?[] tokens = [.. wire.Sent.Select(static sent => sent.Header("x-amz-security-token"))];
        Assert.That(tokens, lasts ? Is.EqualTo(new[] { "token-1", "token-1" }) : Is.EqualTo(new[] { "token-1", "token-2" }));
        Assert.That(
            wire.Sent[^1].Header("Authorization"),
            Does.Contain($"Credential={tokens[^1]!.Replace("token", "key", StringComparison.Ordinal)}/"));
    }

    [Test]
    public async Task Cancellation_ends_a_request_that_waits_for_a_renewal_and_not_the_renewal()
    {
        var renewal = new TaskCompletionSource<AwsTemporaryCredential>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var cancelled = new CancellationTokenSource();
        var wire = new StubTransport(static _ => StubAnswer.Written(StubAnswer.Md5OfNothing));
        Bucket bucket = Renewed(wire, _ =>
        {
            cancelled.Cancel();
            return renewal.Task;
        });

        await Assert.CatchAsync<OperationCanceledException>(
            () => bucket.PutAsync("key", ReadOnlyMemory<byte>.Empty, cancellationToken: cancelled.Token).WaitAsync(Until.Patience));
        Assert.That(wire.Sent, Is.Empty);
        renewal.SetResult(Temporary("1", DateTimeOffset.UtcNow.AddHours(1)));
        await bucket.PutAsync("key", ReadOnlyMemory<byte>.Empty);

        Assert.That(wire.Sent.Single().Header("x-amz-security-token"), Is.EqualTo("token-1"));
    }

    [Test]
    public async Task A_renewal_that_hangs_ends_each_request_at_the_time_limit([Values] bool isWrite)
    {
        var renewal = new TaskCompletionSource<AwsTemporaryCredential>(TaskCreationOptions.RunContinuationsAsynchronously);
        var wire = new StubTransport(static _ => StubAnswer.Written(StubAnswer.Md5OfNothing));
        Bucket bucket = Renewed(
            wire, _ => renewal.Task, new ObjectStoreOptions { AnswerTimeout = TimeSpan.FromSeconds(1), UpstreamRetries = 1 });

        StorageException error = (await Assert.ThrowsAsync<StorageException>(
            () => (isWrite ? bucket.PutAsync("key", new byte[1]) : bucket.HeadAsync("key")).WaitAsync(Until.Patience)))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.RequestTimeout), error.ToString());
        Assert.That(wire.Sent, Is.Empty);
    }

    [Test]
    public void A_temporary_credential_shows_no_secret()
    {
        var credential = new AwsTemporaryCredential
        {
            AccessKeyId = "key",
            SecretAccessKey = "the-secret",
            SessionToken = "the-token",
            ExpiresAt = DateTimeOffset.UnixEpoch,
        };

        Assert.That(credential.ToString(), Is.EqualTo("key until 1970-01-01 00:00:00Z"));
    }

    [Test]
    public void Two_credentials_are_refused()
    {
        var options = new AwsBackendOptions
        {
            Bucket = "upstream",
            AccessKeyId = "key",
            SecretAccessKey = "secret",
            RenewCredential = static _ => throw new InvalidOperationException(),
        };

        Assert.That(AwsBackendOptionsValidator.Faults(options).Single(), Does.Contain(nameof(AwsBackendOptions.RenewCredential)));
    }

    private static Bucket Renewed(
        StubTransport wire,
        Func<CancellationToken, Task<AwsTemporaryCredential>> renew,
        ObjectStoreOptions? storeOptions = null,
        TimeProvider? time = null) =>
        wire.CreateBucket(
            options =>
            {
                (options.AccessKeyId, options.SecretAccessKey) = (null, null);
                options.RenewCredential = renew;
            },
            storeOptions,
            time);

    private static AwsTemporaryCredential Temporary(string name, DateTimeOffset end) =>
        new() { AccessKeyId = $"key-{name}", SecretAccessKey = "secret", SessionToken = $"token-{name}", ExpiresAt = end };
}
