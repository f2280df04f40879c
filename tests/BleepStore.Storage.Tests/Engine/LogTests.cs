using System.Reflection;
using System.Text;
using BleepStore.Storage.Basics;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Tests.Support;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Tests.Engine;

public class LogTests
{
    private static readonly LoggerMessageAttribute[] Messages = typeof(Log)
        .GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        .SelectMany(static method => method.GetCustomAttributes<LoggerMessageAttribute>())
        .ToArray();

    [Test]
    public void Event_ids_are_unique_and_given()
    {
        Assert.That(Messages.Select(static message => message.EventId), Is.Unique.And.All.Positive);
        Assert.That(Messages, Has.Length.GreaterThanOrEqualTo(8), "the reflection found them");
    }

    [Test]
    public void Event_ids_never_change_their_meaning()
    {
        string[] names = typeof(Log).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(static method => method.GetCustomAttribute<LoggerMessageAttribute>() is not null)
            .OrderBy(static method => method.GetCustomAttribute<LoggerMessageAttribute>()!.EventId)
            .Select(static method => $"{method.GetCustomAttribute<LoggerMessageAttribute>()!.EventId} {method.Name}")
            .ToArray();
        Assert.That(names.Take(8), Is.EqualTo(
            new[] { "1 Succeeded", "2 Answered", "3 Failed", "4 Resuming", "5 AbortFailed", "6 Recognised", "7 Expired", "8 Gone" }));
    }

    [Test]
    public async Task What_succeeds_is_logged_for_debugging_and_what_fails_as_a_warning_and_an_expected_answer_is_no_failure()
    {
        var logger = new TestLogger();
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend, logger: logger);
        await bucket.PutAsync("k", "abc"u8.ToArray());
        await Catch.CodeAsync(StorageErrorCode.NoSuchKey, () => bucket.HeadAsync("missing"));
        backend.Head = static (_, _) => throw new StorageException(StorageErrorCode.AccessDenied, "No.");
        await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => bucket.HeadAsync("k"));

        Assert.That(
            logger.Lines.Select(static line => (line.EventId, line.Level)),
            Is.EqualTo(new[] { (1, LogLevel.Debug), (2, LogLevel.Debug), (3, LogLevel.Warning) }));
        Assert.That(logger.Lines.Last().Text, Does.Contain("Head bucket/k failed with AccessDenied"));
    }

    [Test]
    public async Task A_body_that_cannot_be_read_is_logged_once_with_its_position()
    {
        var logger = new TestLogger();
        var backend = new ScriptedBackend
        {
            MapRead = static thrown => new StorageException(StorageErrorCode.BadDigest, "Other bytes.", thrown),
        };
        Bucket bucket = Stores.Over(backend, partSize: 100, logger: logger);
        await bucket.PutAsync("k", "abcdef"u8.ToArray());
        backend.Get = async (request, token) => await backend.Real.GetAsync(request, token) with
        {
            Content = new BreakingBody("abc"u8.ToArray(), new IOException("Cut.")),
        };
        await using ObjectReader reader = await bucket.GetAsync("k");

        await Catch.CodeAsync(StorageErrorCode.BadDigest, () => reader.Content.CopyToAsync(Stream.Null));
        await Catch.CodeAsync(StorageErrorCode.BadDigest, () => reader.Content.CopyToAsync(Stream.Null));

        Assert.That(logger.Lines.Where(static line => line.Level >= LogLevel.Warning).Select(static line => (line.EventId, line.Text)), Is.EqualTo(
            new[] { (12, "The read of bucket/k failed at byte 3 with BadDigest") }));
    }

    [Test]
    public async Task An_object_that_was_deleted_while_it_was_read_is_no_warning()
    {
        var logger = new TestLogger();
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend, partSize: 100, logger: logger);
        await bucket.PutAsync("k", "abcdef"u8.ToArray());
        int gets = 0;
        backend.Get = async (request, token) => ++gets == 1
            ? await backend.Real.GetAsync(request, token) with { Content = new BreakingBody("abc"u8.ToArray(), new IOException("Cut.")) }
            : throw new StorageException(StorageErrorCode.NoSuchKey, "Gone.");
        await using ObjectReader reader = await bucket.GetAsync("k");

        await Catch.CodeAsync(StorageErrorCode.NoSuchKey, () => reader.Content.CopyToAsync(Stream.Null));

        Assert.That(logger.Lines.Where(static line => line.Level >= LogLevel.Warning), Is.Empty);
    }

    [Test]
    public async Task A_key_cannot_forge_a_line()
    {
        var logger = new TestLogger();
        Bucket bucket = Stores.Over(new ScriptedBackend(), logger: logger);
        await bucket.PutAsync("a\r\nforged: line\u2028b", "abc"u8.ToArray());
        await Catch.CodeAsync(StorageErrorCode.NoSuchKey, () => bucket.HeadAsync("missing\nforged: line"));

        Assert.That(logger.Lines, Has.Count.EqualTo(2));
        Assert.That(logger.Lines.Select(static line => line.Text), Has.None.Matches("[\r\n\u2028]"));
        Assert.That(logger.Lines.First().Text, Does.Contain("a\\u000d\\u000aforged: line\\u2028b"));
    }

    [Test]
    public async Task Neither_bytes_nor_metadata_nor_conditions_are_logged_whatever_happens()
    {
        const string secret = "s3cr3t";
        byte[] bytes = Encoding.ASCII.GetBytes(secret + "-bytes-" + new string('x', 30));
        var logger = new TestLogger();
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend, logger: logger);
        var options = new PutOptions { ContentType = secret, Metadata = new Dictionary<string, string> { ["token"] = secret } };
        await bucket.PutAsync("k", bytes, options);
        await bucket.PutAsync("k", new SequentialSource(bytes), options);
        await (await bucket.GetAsync("k")).DisposeAsync();
        await bucket.CopyAsync(new ObjectAddress(Stores.Bucket, "k"), "c", new CopyOptions { Attributes = options });
        backend.Put = static (_, _) => throw new InvalidOperationException("The backend broke.");
        backend.UploadPart = static (_, _) => throw new StorageException(StorageErrorCode.AccessDenied, "No.");
        await Catch.CodeAsync(StorageErrorCode.InternalError, () => bucket.PutAsync("k", "abc"u8.ToArray(), options));
        await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => bucket.PutAsync("k", new SequentialSource(bytes), options));
        string uploadId = (await bucket.CreateMultipartUploadAsync("k", new MultipartOptions { Metadata = options.Metadata })).UploadId;

        Assert.That(logger.Lines, Has.Count.GreaterThanOrEqualTo(7));
        Assert.That(logger.Lines.Select(static line => line.Everything), Has.None.Contains(secret));
        Assert.That(uploadId, Is.Not.Empty);
    }

    [TestCase("\u202a")]
    [TestCase("\u202e")]
    [TestCase("\u2066")]
    [TestCase("\u2069")]
    [TestCase("\u200b")]
    [TestCase("\u200d")]
    [TestCase("\u200f")]
    [TestCase("\ufeff")]
    [TestCase("\u061c")]
    [TestCase("\u2060")]
    [TestCase("\u2064")]
    [TestCase("\u206f")]
    [TestCase("\u00ad")]
    [TestCase("\u180e")]
    [TestCase("\u034f")]
    [TestCase("\u115f")]
    [TestCase("\u3164")]
    [TestCase("\uffa0")]
    [TestCase("\ufe0f")]
    [TestCase("\ufff9")]
    [TestCase("\u0085")]
    [TestCase("\u2029")]
    public async Task Characters_that_reorder_or_hide_a_text_are_spelled_out(string hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        string expected = $"a\\u{(int)hidden[0]:x4}b";
        var logger = new TestLogger();
        Bucket bucket = Stores.Over(new ScriptedBackend(), logger: logger);

        StorageException error = await Catch.CodeAsync(StorageErrorCode.NoSuchKey, () => bucket.HeadAsync($"a{hidden}b"));

        Assert.That(Visible.Text($"a{hidden}b"), Is.EqualTo(expected));
        Assert.That(error.Message, Does.Contain(expected));
        Assert.That(logger.Lines.Single().Text, Does.Contain(expected));
    }

    [TestCase("\U000e0041", "a\\U000e0041b")]
    [TestCase("\U000e0100", "a\\U000e0100b")]
    [TestCase("\U0001bca0", "a\\U0001bca0b")]
    [TestCase("\U0001d173", "a\\U0001d173b")]
    [TestCase("\ud83d\ude00", "a\ud83d\ude00b")]
    public void So_are_those_beyond_the_first_plane(string given, string expected) =>
        Assert.That(Visible.Text($"a{given}b"), Is.EqualTo(expected));

    [TestCase(0xd800, "a\\ud800b")]
    [TestCase(0xdfff, "a\\udfffb")]
    public void Half_a_pair_is_spelled_out(int half, string expected) => Assert.That(Visible.Text($"a{(char)half}b"), Is.EqualTo(expected));

    [Test]
    public void Text_without_anything_hidden_is_shown_as_it_is()
    {
        const string text = "photos/2026/ä😀 x.jpg";
        Assert.That(Visible.Text(text), Is.SameAs(text));
        Assert.That(((Visible)null).ToString(), Is.Null);
    }
}
