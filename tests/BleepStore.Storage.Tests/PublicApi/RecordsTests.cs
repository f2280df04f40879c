using System.Reflection;
using System.Text;
using BleepStore.Storage.Aws;
using BleepStore.Storage.Azure;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Gcp;
using BleepStore.Storage.Local;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.PublicApi;

/// <summary>
/// Tests that records are values. Two with the same content are equal, they print their members, and a new member breaks no caller.
/// </summary>
public class RecordsTests
{
    private static readonly StorageBody Body = StorageBody.FromBytes(new byte[1]);
    private static readonly StorageException Error = new(StorageErrorCode.AccessDenied, "Locked.");

    /// <summary>An abstract one is tested with those that derive from it.</summary>
    private static readonly Type[] Records = typeof(ObjectStore).Assembly.GetExportedTypes()
        .Where(static type => !type.IsAbstract
            && type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null)
        .ToArray();

    /// <summary>Options and requests hold what the application has chosen. All else can hold names of other programs.</summary>
    private static readonly Type[] RecordsWithNames = Records
        .Where(static type => type.Namespace == "BleepStore.Storage" && !type.Name.EndsWith("Options", StringComparison.Ordinal))
        .ToArray();

    private static readonly Type[] RecordsOfBackends = new[] { typeof(AwsStore), typeof(AzureStore), typeof(GcpStore), typeof(LocalStore) }
        .SelectMany(static store => store.Assembly.GetExportedTypes())
        .Where(static type => type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null)
        .ToArray();

    [Test]
    public void The_reflection_found_them() =>
        Assert.That(Records, Has.Length.GreaterThan(50).And.Contain(typeof(ObjectProperties)).And.Contain(typeof(ContentRange)));

    [TestCaseSource(nameof(Records))]
    public void Records_with_the_same_content_are_equal(Type record)
    {
        object one = Make(record, seed: 1);
        object same = Make(record, seed: 1);

        Assert.That(same, Is.EqualTo(one));
        Assert.That(same.GetHashCode(), Is.EqualTo(one.GetHashCode()));
    }

    [TestCaseSource(nameof(Records))]
    public void Each_member_counts(Type record)
    {
        foreach (PropertyInfo member in Members(record)
            .Where(static member => member.PropertyType != typeof(Stream) && member.PropertyType != typeof(StorageBody)))
        {
            object one = Make(record, seed: 1);
            object other = Make(record, seed: 1);
            member.SetValue(other, Make(member.PropertyType, seed: 2));
            if (!member.PropertyType.IsAssignableTo(typeof(Exception)))
            {
                Assert.That(other, Is.Not.EqualTo(one), member.Name);
            }
        }
    }

    [TestCaseSource(nameof(Records))]
    public void A_record_prints_what_it_holds(Type record)
    {
        string text = Make(record, seed: 1).ToString()!;

        Assert.That(text, Does.Not.Contain("System.Collections").And.Not.Contain("System.String").And.Not.Contain(
            "System.ReadOnlyMemory").And.Not.Contain("`"));
    }

    [TestCaseSource(nameof(RecordsWithNames))]
    public void No_name_in_a_record_breaks_its_line_or_hides_in_it(Type record) =>
        Assert.That(Make(record, seed: 1, end: "\nforged\u2028\u202e").ToString(), Does.Not.Match("[\n\u2028\u202e]"));

    [TestCaseSource(nameof(Records))]
    [TestCaseSource(nameof(RecordsOfBackends))]
    public void A_new_member_breaks_no_caller(Type record)
    {
        if (record != typeof(ObjectAddress) && record != typeof(UpstreamName))
        {
            Assert.That(record.GetMethod("Deconstruct"), Is.Null, "it has no positional parameters");
        }
    }

    [Test]
    public void Metadata_is_compared_as_it_is_kept()
    {
        static ObjectAttributes With(params (string Name, string Value)[] metadata) =>
            new() { Metadata = metadata.ToDictionary(static entry => entry.Name, static entry => entry.Value, StringComparer.Ordinal) };

        Assert.That(With(("a", "1"), ("b", "2")), Is.EqualTo(With(("B", "2"), ("a", "1"))));
        Assert.That(With(("a", "1"), ("b", "2")).GetHashCode(), Is.EqualTo(With(("B", "2"), ("a", "1")).GetHashCode()));
        Assert.That(With(("a", "1")), Is.Not.EqualTo(With(("a", "2"))));
        Assert.That(With(("a", "1")), Is.Not.EqualTo(With(("b", "1"))));
        Assert.That(With(("a", "1")), Is.Not.EqualTo(With()));
    }

    [Test]
    public void Properties_print_readably()
    {
        var properties = new ObjectProperties
        {
            Key = "a.txt",
            Size = 5,
            ETag = "etag",
            Revision = "7",
            LastModified = DateTimeOffset.UnixEpoch,
            ContentType = "text/plain",
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["author"] = "Zoë" },
        };

        Assert.That(properties.ToString(), Is.EqualTo(
            "ObjectProperties { Key = a.txt, Size = 5, ETag = etag, Revision = 7, LastModified = 1970-01-01T00:00:00.0000000+00:00, "
            + "ContentType = text/plain, Metadata = { author = Zoë } }"));
        Assert.That(new ObjectAttributes().ToString(), Is.EqualTo("ObjectAttributes { }"));
    }

    [Test]
    public void A_long_list_is_cut()
    {
        var request = new DeleteManyRequest { Bucket = "b", Keys = [.. Enumerable.Range(0, 1000).Select(static i => $"{i}")] };

        Assert.That(request.ToString(), Does.Contain("Keys = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, and 990 more]"));
    }

    [Test]
    public void An_MD5_is_compared_by_its_bytes()
    {
        byte[] md5 = Convert.FromHexString(Bytes.Md5("hello"u8));

        Assert.That(new PutOptions { ContentMd5 = md5 }, Is.EqualTo(new PutOptions { ContentMd5 = md5.ToArray() }));
        Assert.That(new PutOptions { ContentMd5 = md5 }, Is.Not.EqualTo(new PutOptions { ContentMd5 = new byte[16] }));
        Assert.That(
            new PutOptions { ContentMd5 = md5 }.ToString(), Is.EqualTo("PutOptions { ContentMd5 = 5d41402abc4b2a76b9719d911017c592 }"));
        Assert.That(new PutOptions { ContentMd5 = null }.ContentMd5, Is.Null);
    }

    private static IEnumerable<PropertyInfo> Members(Type record) =>
        record.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(static property => property.SetMethod is { IsPublic: true });

    private static object Make(Type type, int seed, string end = "")
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Make(inner, seed, end);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            var items = Array.CreateInstance(type.GenericTypeArguments[0], 1);
            items.SetValue(Make(type.GenericTypeArguments[0], seed, end), 0);
            return items;
        }

        return type switch
        {
            _ when type == typeof(string) => $"text {seed}{end}",
            _ when type == typeof(int) => seed,
            _ when type.IsEnum => Enum.GetValues(type).GetValue(seed)!,
            _ when type == typeof(long) => (long)seed,
            _ when type == typeof(bool) => seed == 1,
            _ when type == typeof(DateTimeOffset) => DateTimeOffset.UnixEpoch.AddDays(seed),
            _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(seed),
            _ when type == typeof(ReadOnlyMemory<byte>) => new ReadOnlyMemory<byte>([(byte)seed]),
            _ when type == typeof(IReadOnlyDictionary<string, string>) =>
                new Dictionary<string, string>(StringComparer.Ordinal) { ["name" + end] = $"value {seed}{end}" },
            _ when type == typeof(ByteRange) => ByteRange.From(seed),
            _ when type == typeof(ETagCondition) => ETagCondition.OneOf($"etag-{seed}"),
            _ when type == typeof(Stream) => Stream.Null,
            _ when type == typeof(Uri) => new Uri($"https://example.com/{seed}"),
            _ when type == typeof(Func<Rune, bool>) => seed == 1 ? (Func<Rune, bool>)Rune.IsControl : Rune.IsDigit,
            _ when type == typeof(IProgress<TransferProgress>) => new Watcher(seed),
            _ when type == typeof(StorageBody) => Body,
            _ when type == typeof(IProgress<FolderProgress>) => new Watcher(seed),
            _ when type == typeof(Func<string, ObjectAttributes?>) =>
                seed == 1 ? (Func<string, ObjectAttributes?>)AttributesOf : NoAttributes,
            _ when type.IsAssignableTo(typeof(Exception)) => end.Length == 0 ? Error : new StorageException(Error.Code, "No." + end),
            _ => MakeRecord(type, seed, end),
        };
    }

    private static ObjectAttributes? AttributesOf(string name) => new() { ContentType = name };

    private static ObjectAttributes? NoAttributes(string name) => null;

    private static object MakeRecord(Type type, int seed, string end)
    {
        object record = Activator.CreateInstance(type)!;
        foreach (PropertyInfo member in Members(type))
        {
            member.SetValue(record, Make(member.PropertyType, seed, end));
        }

        return record;
    }

    /// <summary>A receiver of progress in an application.</summary>
    private sealed record Watcher(int Seed) : IProgress<TransferProgress>, IProgress<FolderProgress>
    {
        public void Report(TransferProgress value)
        {
        }

        public void Report(FolderProgress value)
        {
        }
    }
}
