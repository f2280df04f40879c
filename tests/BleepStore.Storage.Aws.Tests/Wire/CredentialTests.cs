using BleepStore.Storage.Aws.Tests.Support;

namespace BleepStore.Storage.Aws.Tests.Wire;

public sealed class CredentialTests
{
    [Test]
    public async Task A_temporary_credential_is_renewed_when_it_has_expired([Values] bool lasts)
    {
        int renewals = 0;
        var wire = new StubTransport(static _ => StubAnswer.Written(StubAnswer.Md5OfNothing));
        Bucket bucket = wire.CreateBucket(options =>
        {
            (options.AccessKeyId, options.SecretAccessKey) = (null, null);
            options.RenewCredential = _ =>
            {
                renewals++;
                return Task.FromResult(new AwsTemporaryCredential
                {
                    AccessKeyId = $"key-{renewals}",
                    SecretAccessKey = "secret",
                    SessionToken = $"token-{renewals}",
                    ExpiresAt = TimeProvider.System.GetUtcNow().AddSeconds(lasts ? 3600 : 3),
                });
            };
        });

        await bucket.PutAsync("key", ReadOnlyMemory<byte>.Empty);
        await Task.Delay(TimeSpan.FromSeconds(lasts ? 0 : 3.5));
        await bucket.PutAsync("key", ReadOnlyMemory<byte>.Empty);

        string?[] tokens = [.. wire.Sent.Select(static sent => sent.Header("x-amz-security-token"))];
        Assert.That(tokens, lasts ? Is.EqualTo(new[] { "token-1", "token-1" }) : Is.Unique);
        Assert.That(
            wire.Sent[^1].Header("Authorization"),
            Does.Contain($"Credential={tokens[^1]!.Replace("token", "key", StringComparison.Ordinal)}/"));
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
}
