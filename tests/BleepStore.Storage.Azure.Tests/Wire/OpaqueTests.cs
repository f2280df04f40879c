using System.Text;
using BleepStore.Storage.Azure.Tests.Support;

namespace BleepStore.Storage.Azure.Tests.Wire;

/// <summary>
/// Tests revisions, ETags, upload ids and tokens from callers. Whatever they contain, every request has only one plain value.
/// </summary>
public sealed class OpaqueTests
{
    private static readonly string[] Hostile =
    [
        "0x1\r\nDELETE /other HTTP/1.1",
        "0x1\nx-ms-date: now",
        "0x1\r",
        "0x1\", \"0x2",
        "\"0x1",
        "0x1\"",
        "*\", \"*",
        "0x\u00e91",
        "0x\u4e001",
        "0x1\0",
        "\u007f",
        "\u202e0x1",
        "",
        " ", new string('x', 100_000),
    ];

    private static IEnumerable<string> Texts
    {
        get
        {
            var random = new Random(13);
            string characters = "0xAF\"\r\n\t\0,*W/ \u00e9\u202e\u4e00-=.:";
            return [.. Hostile, .. Enumerable.Range(0, 300).Select(
                _ => string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => characters[random.Next(characters.Length)])))];
        }
    }

    [Test]
    public async Task Whatever_a_caller_hands_in_no_header_and_no_address_holds_more_than_one_plain_value()
    {
        foreach (string text in Texts)
        {
            foreach (Func<Bucket, Task> operation in Operations(text))
            {
                var wire = new StubTransport(static sent => sent.Method switch
                {
                    "HEAD" => StubResponse.Blob(new byte[10]),
                    "GET" => StubResponse.Error(404, "BlobNotFound"),
                    _ => StubResponse.Error(412, "ConditionNotMet"),
                });
                try
                {
                    await operation(wire.CreateBucket());
                }
                catch (Exception refused) when (refused is ArgumentException
                    || (refused is StorageException { IsOutcomeUnknown: false, IsTransient: false } known
                        && known.Code != StorageErrorCode.InternalError))
                {
                    // Refused at the door, or by the service.
                }

                foreach (SentRequest sent in wire.Sent)
                {
                    foreach ((string name, string value) in sent.Headers)
                    {
                        Assert.That(value.All(static c => c is >= ' ' and <= '~'), Is.True, $"{name}: {Shown(value)} of {Shown(text)}");
                        if (name.StartsWith("If-", StringComparison.OrdinalIgnoreCase)
                            && name.EndsWith("Match", StringComparison.OrdinalIgnoreCase))
                        {
                            Assert.That(value == "*" || (value.Length > 2
                                && value[0] == '"'
                                && value[^1] == '"'
                                && !value[1..^1].Contains('"', StringComparison.Ordinal)), Is.True, Shown(value));
                        }
                    }

                    Assert.That(sent.Uri.AbsoluteUri.All(static c => c is > ' ' and <= '~'), Is.True, Shown(text));
                    Assert.That(sent.Uri.AbsolutePath, Does.StartWith("/store"), Shown(text));
                }
            }
        }
    }

    private static IEnumerable<Func<Bucket, Task>> Operations(string text) =>
    [
        bucket => bucket.DeleteAsync("key", new DeleteOptions { IfRevision = text }),
        bucket => bucket.DeleteAsync("key", new DeleteOptions { IfMatch = text }),
        bucket => bucket.PutAsync("key", new byte[1], new PutOptions { IfRevision = text }),
        bucket => bucket.PutAsync("key", new byte[1], new PutOptions { IfMatch = text }),
        bucket => bucket.CopyAsync(new ObjectAddress("bucket", "key"), "copy", new CopyOptions { SourceIfRevision = text }),
        bucket => bucket.CopyAsync(new ObjectAddress("bucket", "key"), "copy", new CopyOptions { IfRevision = text }),
        bucket => bucket.GetMultipartUpload("key", text).AbortAsync(),
        bucket => bucket.GetMultipartUpload("key", text).CompleteAsync([new PartInfo
        {
            PartNumber = 1,
            ETag = "99c161a08d5d796ed203bc5768cc1274",
        }]),
        bucket => bucket.ListPageAsync(new ListOptions { ContinuationToken = text }),
    ];

    private static string Shown(string text) => string.Concat(text.Take(80).Select(static c => c is >= ' ' and <= '~'
        ? c.ToString()
        : new StringBuilder().Append("\\u").Append(((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture)).ToString()));
}
