using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Azure.Tests.Wire;

/// <summary>Tests how often a key to sign with is requested.</summary>
public sealed partial class DelegationKeysTests
{
    private static readonly TimeSpan Seconds = TimeSpan.FromSeconds(5);

    private readonly FakeClock _clock = new(new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero));
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StubTransport _wire = null!;
    private Bucket _bucket = null!;
    private int _failures;

    [SetUp]
    public void SetUp()
    {
        _wire = new StubTransport(Answer);
        _bucket = _wire.CreateBucket(
            static options =>
            {
                options.SasToken = null;
                options.CredentialFactory = static _ => new EmulatorCredential();
            },
            timeProvider: _clock);
    }

    [Test]
    public async Task A_key_serves_short_links_for_an_hour_and_no_longer()
    {
        foreach (int minutes in new[] { 0, 1, 30, 60 })
        {
            _clock.Now = new DateTimeOffset(2026, 11, 30, 12, minutes % 60, 0, TimeSpan.Zero).AddHours(minutes / 60);
            PresignedUrl url = await _bucket.PresignAsync("key", PresignMethod.Get, Seconds);
            Assert.That(url.ExpiresAt, Is.EqualTo(_clock.Now + Seconds), $"{minutes} minutes");
        }

        Assert.That(_wire.Sent, Has.Count.EqualTo(1));

        // The key may have been revoked.
        _clock.Now = _clock.Now.AddMinutes(1);
        await _bucket.PresignAsync("key", PresignMethod.Get, Seconds);
        Assert.That(_wire.Sent, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task The_longest_links_share_a_key_for_an_hour()
    {
        await _bucket.PresignAsync("key", PresignMethod.Get, TimeSpan.FromDays(7));
        _clock.Now = _clock.Now.AddHours(1);
        await _bucket.PresignAsync("key", PresignMethod.Get, TimeSpan.FromDays(7));
        Assert.That(_wire.Sent, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Callers_at_the_same_time_share_a_request_and_keep_their_own_tokens()
    {
        _wire.BeforeAnswer = (_, token) => _answered.Task.WaitAsync(token);
        using var firstOnly = new CancellationTokenSource();
        using var thirdOnly = new CancellationTokenSource();
        Task<PresignedUrl> first = _bucket.PresignAsync("1", PresignMethod.Get, Seconds, options: null, firstOnly.Token);
        await Until.TrueAsync(() => _wire.Sent.Count == 1, "the first caller asks");
        Task<PresignedUrl> second = _bucket.PresignAsync("2", PresignMethod.Get, Seconds);
        Task<PresignedUrl> third = _bucket.PresignAsync("3", PresignMethod.Get, Seconds, options: null, thirdOnly.Token);
        Task<PresignedUrl> fourth = _bucket.PresignAsync("4", PresignMethod.Get, Seconds);

        await thirdOnly.CancelAsync();
        await StorageAssert.ThrowsAsync<OperationCanceledException>(() => third);
        Assert.That(_wire.Sent, Has.Count.EqualTo(1));

        // One of the others asks in its place.
        await firstOnly.CancelAsync();
        await StorageAssert.ThrowsAsync<OperationCanceledException>(() => first);
        await Until.TrueAsync(() => _wire.Sent.Count == 2, "another caller asks");
        _answered.SetResult();

        Assert.That((await second).Url.AbsolutePath, Does.EndWith("/2"));
        Assert.That((await fourth).Url.AbsolutePath, Does.EndWith("/4"));
        Assert.That(_wire.Sent, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_failure_is_that_of_each_caller_and_the_next_call_asks_again()
    {
        _failures = 2;
        _wire.BeforeAnswer = (_, token) => _answered.Task.WaitAsync(token);
        Task<PresignedUrl> first = _bucket.PresignAsync("1", PresignMethod.Get, Seconds);
        Task<PresignedUrl> second = _bucket.PresignAsync("2", PresignMethod.Get, Seconds);
        _answered.SetResult();

        StorageException one = await StorageAssert.FailsAsync(StorageErrorCode.AccessDenied, () => first);
        StorageException two = await StorageAssert.FailsAsync(StorageErrorCode.AccessDenied, () => second);
        Assert.That((one.Key, two.Key), Is.EqualTo(("1", "2")));

        await _bucket.PresignAsync("3", PresignMethod.Get, Seconds);
        await _bucket.PresignAsync("4", PresignMethod.Get, Seconds);
        Assert.That(_wire.Sent, Has.Count.EqualTo(3));
    }

    private StubResponse Answer(SentRequest request)
    {
        Assert.That(request.Kind, Is.EqualTo("POST key"));
        if (Interlocked.Decrement(ref _failures) >= 0)
        {
            return StubResponse.Error(403, "AuthorizationPermissionMismatch");
        }

        string body = Encoding.UTF8.GetString(request.Body);
        string now = _clock.Now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return StubResponse.Xml(
            "<UserDelegationKey><SignedOid>00000000-0000-0000-0000-000000000001</SignedOid>"
            + "<SignedTid>00000000-0000-0000-0000-000000000002</SignedTid>"
            + $"<SignedStart>{now}</SignedStart><SignedExpiry>{Expiry().Match(body).Groups[1].Value}</SignedExpiry>"
            + "<SignedService>b</SignedService><SignedVersion>2026-02-06</SignedVersion><Value>AAAA</Value></UserDelegationKey>");
    }

    [GeneratedRegex("<Expiry>([^<]+)</Expiry>")]
    private static partial Regex Expiry();
}
