using System.Diagnostics;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Listing;

/// <summary>Names that no key spells: what <see cref="Bucket.ListForeignNamesAsync"/> shows of them.</summary>
public class LocalForeignNamesTests : LocalFixture
{
    private const string Mischief = """
        cd "$0" && touch "$(printf 'bad\377name')" "$(printf 'line\nbreak~=zz')" '~=@' '~=41' 'x~=_'
        mkdir 'y~=_' '~=zz' 'plain' "$(printf 'bad\377dir')"
        touch 'y~=_/z' '~=zz/a' 'plain/~=@' 'plain/b~=zz' "$(printf 'bad\377dir')/inside"
        printf 12345 > '~=zz/a'
        ln -s /etc/passwd plain/link
        mkfifo pipe
        """;

    private static readonly string[] Expected =
    [
        "bad\\xffdir/", "bad\\xffname", "line\\u000abreak~=zz", "pipe", "plain/b~=zz", "plain/link", "x~=_", "y~=_/z", "~=41", "~=@",
        "~=zz/a",
    ];

    [Test]
    public async Task Whatever_no_key_spells_is_listed_and_nothing_else([Values(1, 2, 3, 1000)] int pageSize)
    {
        Bucket bucket = await OpenBucketAsync();
        await bucket.PutAsync("key", Bytes("x"));
        await bucket.PutAsync("a//b", Bytes("x"));
        await bucket.PutAsync("plain/c", Bytes("x"));
        await bucket.PutAsync(new string('s', 600), Bytes("x"));
        await RunAsync(Mischief);

        Assert.That(await bucket.ListForeignNamesAsync().Select(static name => name.DisplayName).ToListAsync(), Is.EqualTo(Expected));
        string[] plain = [.. Expected.Select(static name => name.Replace("\\u000a", "\n", StringComparison.Ordinal))];
        Assert.That(await PagesAsync(pageSize), Is.EqualTo(plain));
        ForeignName file = await bucket.ListForeignNamesAsync().SingleAsync(static name => name.DisplayName == "~=zz/a");
        Assert.That(file.Size, Is.EqualTo(5));
        Assert.That(file.LastModified, Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromMinutes(5)));
        Assert.That(await ListAsync(bucket), Has.Count.EqualTo(5).And.Member("plain"), "its file lies in its own folder");
    }

    [Test]
    public async Task A_display_name_can_be_the_key_of_another_object_which_deleting_it_would_hit()
    {
        Bucket bucket = await OpenBucketAsync();
        await bucket.PutAsync("bad\\xffname", Bytes("an object of its own"));
        await RunAsync("touch \"$0/$(printf 'bad\\377name')\"");

        ForeignName foreign = await bucket.ListForeignNamesAsync().SingleAsync();

        Assert.That(foreign.DisplayName, Is.EqualTo("bad\\xffname"));
        Assert.That(await ReadAsync(bucket, foreign.DisplayName), Is.EqualTo("an object of its own"), "so it must never be used as a key");
        await bucket.DeleteAsync(foreign.DisplayName);
        Assert.That(await bucket.ListForeignNamesAsync().CountAsync(), Is.EqualTo(1), "the foreign file is still there");
    }

    [Test]
    public async Task The_foreign_names_of_a_bucket_that_is_not_there_are_NoSuchBucket()
    {
        ObjectStore store = Open();
        await FailAsync(StorageErrorCode.NoSuchBucket, async () => await store.GetBucket("missing").ListForeignNamesAsync().ToListAsync());
    }

    private async Task<List<string>> PagesAsync(int pageSize)
    {
        StorageBackend backend = Open().GetService<StorageBackend>()!;
        var names = new List<string>();
        var request = new ListForeignNamesRequest { Bucket = "bucket", PageSize = pageSize };
        do
        {
            ListForeignNamesResult page = await backend.ListForeignNamesAsync(request, CancellationToken.None);
            Assert.That(page.Names, Has.Count.LessThanOrEqualTo(pageSize));
            names.AddRange(page.Names.Select(static name => name.DisplayName));
            request = request with { ContinuationToken = page.ContinuationToken };
        }
        while (request.ContinuationToken is not null);
        return names;
    }

    private async Task RunAsync(string script)
    {
        using Process process = Process.Start("sh", ["-c", script, PathIn("bucket")]);
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero);
    }
}
