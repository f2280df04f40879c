using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Checks;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Checks;

public class AttributesTests
{
    private static readonly string[] BadTexts = ["", " ", " a", "a ", "ä", "a\r\nb", "a\tb", "\u007f"];

    private static Dictionary<string, Func<string, ObjectAttributes>> Properties => new()
    {
        [nameof(ObjectAttributes.ContentType)] = static value => new ObjectAttributes { ContentType = value },
        [nameof(ObjectAttributes.ContentEncoding)] = static value => new ObjectAttributes { ContentEncoding = value },
        [nameof(ObjectAttributes.ContentLanguage)] = static value => new ObjectAttributes { ContentLanguage = value },
        [nameof(ObjectAttributes.ContentDisposition)] = static value => new ObjectAttributes { ContentDisposition = value },
        [nameof(ObjectAttributes.CacheControl)] = static value => new ObjectAttributes { CacheControl = value },
        [nameof(ObjectAttributes.StorageClass)] = static value => new ObjectAttributes { StorageClass = value },
    };

    private static IEnumerable<string> PropertyNames => Properties.Keys;

    [Test]
    public void Every_text_property_there_is_is_checked() =>
        Assert.That(PropertyNames, Is.EquivalentTo(typeof(ObjectAttributes)
            .GetProperties()
            .Where(static property => property.PropertyType == typeof(string))
            .Select(static property => property.Name)));

    [TestCaseSource(nameof(PropertyNames))]
    public void A_property_that_is_not_printable_ASCII_is_a_bad_argument(string property)
    {
        // An empty content type counts as none.
        foreach (string text in BadTexts.Where(text => text.Length > 0 || property != nameof(ObjectAttributes.ContentType)))
        {
            Assert.That(
                () => Attributes.Check(Properties[property](text)), Throws.ArgumentException.With.Message.Contains(property), $"'{text}'");
        }
    }

    [TestCaseSource(nameof(PropertyNames))]
    public void A_printable_property_is_kept(string property)
    {
        const string text = "a b; c=\"d\"~";
        ObjectAttributes kept = Attributes.Check(Properties[property](text));
        Assert.That(typeof(ObjectAttributes).GetProperty(property)!.GetValue(kept), Is.EqualTo(text));
    }

    [Test]
    public void Nothing_given_is_nothing()
    {
        Assert.That(Attributes.Check(null).Metadata, Is.Empty);
        Assert.That(Attributes.Check(new PutOptions { SinglePart = true }), Is.TypeOf<ObjectAttributes>(), "only the attributes go on");
    }

    [Test]
    public void Expiry_is_kept_to_the_second_in_UTC()
    {
        var given = new DateTimeOffset(2030, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(2));
        DateTimeOffset kept = Attributes.Check(new ObjectAttributes { Expires = given }).Expires!.Value;
        Assert.That(kept, Is.EqualTo(new DateTimeOffset(2030, 1, 2, 1, 4, 5, TimeSpan.Zero)));
        Assert.That(kept.Offset, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Metadata_names_become_lower_case_and_values_stay_as_they_are()
    {
        IReadOnlyDictionary<string, string> kept = Check(("X-Größe", " Ünïcode \r\n"), ("empty", "")).Metadata;
        Assert.That(kept.Keys, Is.EquivalentTo(new[] { "x-größe", "empty" }));
        Assert.That(kept["x-größe"], Is.EqualTo(" Ünïcode \r\n"));
    }

    [Test]
    public void Metadata_is_a_copy_that_the_callers_later_changes_do_not_reach()
    {
        var given = new Dictionary<string, string> { ["a"] = "1" };
        ObjectAttributes kept = Attributes.Check(new ObjectAttributes { Metadata = given });
        given["a"] = "2";
        Assert.That(kept.Metadata["a"], Is.EqualTo("1"));
    }

    [Test]
    public void Names_that_differ_by_case_are_a_bad_argument() =>
        Assert.That(() => Check(("Name", "1"), ("nAME", "2")), Throws.ArgumentException);

    [Test]
    public void An_empty_name_is_a_bad_argument() => Assert.That(() => Check(("", "1")), Throws.ArgumentException);

    [TestCase("bleepstore")]
    [TestCase("BleepStoreToken")]
    [TestCase("bleepstore-mine")]
    public void A_reserved_name_is_a_bad_argument(string name) =>
        Assert.That(() => Check((name, "1")), Throws.ArgumentException.With.Message.Contains(name));

    [Test]
    public void A_lone_surrogate_in_a_name_or_a_value_is_a_bad_argument()
    {
        Assert.That(() => Check(("a\ud800", "1")), Throws.ArgumentException);
        Assert.That(() => Check(("a", "\udc00")), Throws.ArgumentException);
        Assert.That(() => Check(("a", null!)), Throws.ArgumentNullException);
    }

    [Test]
    public void The_limit_is_1792_bytes_as_stored()
    {
        Assert.That(() => Check(("n", new string('v', MetadataCodec.MaximumSize - 1))), Throws.Nothing);
        StorageException error = Catch.Code(
            StorageErrorCode.MetadataTooLarge, () => Check(("n", new string('v', MetadataCodec.MaximumSize))));
        Assert.That(error.Message, Does.Contain("1793").And.Contain("1792"));
        Assert.That(MetadataCodec.MaximumSize, Is.EqualTo(1792));
    }

    [Test]
    public void What_must_be_packed_takes_more_than_its_characters() =>
        Catch.Code(StorageErrorCode.MetadataTooLarge, () => Check(("n", new string('é', 800))));

    [Test]
    public void Metadata_cannot_be_null() => Assert.That(() => new ObjectAttributes { Metadata = null! }, Throws.ArgumentNullException);

    private static ObjectAttributes Check(params (string Name, string Value)[] metadata) =>
        Attributes.Check(
            new ObjectAttributes
            {
                Metadata = metadata.ToDictionary(static pair => pair.Name, static pair => pair.Value, StringComparer.Ordinal),
            });

    [TestCase("bleepstore-\u202e")]
    public void A_message_shows_a_hostile_name_escaped(string name)
    {
        var given = new ObjectAttributes { Metadata = new Dictionary<string, string> { [name] = "1" } };
        Assert.That(() => Attributes.Check(given), Throws.ArgumentException.With.Message.Contains("bleepstore-\\u202e"));
    }
}
