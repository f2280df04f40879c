using System.Diagnostics.Metrics;
using System.Reflection;
using System.Xml.Linq;
using BleepStore.Storage.Diagnostics;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Tests.Documentation;

/// <summary>Tables of the documentation that repeat what the code says are kept in step with it.</summary>
public sealed class ReferenceTableTests
{
    [Test]
    public void Errors_page_has_every_code_once()
    {
        Assert.That(FirstCells("docs/errors.md"), Is.EquivalentTo(Enum.GetNames<StorageErrorCode>()));
    }

    [Test]
    public void Errors_page_says_which_codes_are_transient()
    {
        foreach (string[] row in RepositoryDocs.TableRows("docs/errors.md"))
        {
            bool transient = new StorageException(Enum.Parse<StorageErrorCode>(Bare(row[0])), "For the table.").IsTransient;
            Assert.That(row[3], Is.EqualTo(transient ? "yes" : "no"), row[0]);
        }
    }

    [Test]
    public void Dependencies_page_has_every_package_with_its_version()
    {
        var expected = XDocument.Load(Path.Combine(RepositoryDocs.Root, "Directory.Packages.props"))
            .Descendants("PackageVersion")
            .Select(static package => $"{package.Attribute("Include")!.Value} {package.Attribute("Version")!.Value}");

        Assert.That(RepositoryDocs.TableRows("docs/dependencies.md").Select(static row => $"{Bare(row[0])} {row[1]}"), Is.EquivalentTo(expected));
    }

    [Test]
    public void Telemetry_page_has_every_instrument_and_event()
    {
        IEnumerable<string> instruments = typeof(Telemetry)
            .GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Select(static property => property.GetValue(obj: null))
            .OfType<Instrument>()
            .Select(static instrument => $"{instrument.Name} {instrument.Unit}");
        IEnumerable<string> events = typeof(Log)
            .GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Select(static method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .Select(static message => $"{message.EventId} {message.Level}");

        Assert.That(RepositoryDocs.TableRows("docs/telemetry.md").Select(static row => $"{Bare(row[0])} {Bare(row[1])}"), Is.EquivalentTo(instruments.Concat(events)));
    }

    [Test]
    public void Providers_page_has_every_capability()
    {
        IEnumerable<string> capabilities = typeof(StorageCapabilities)
            .GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Select(static property => property.Name);

        Assert.That(FirstCells("docs/providers.md"), Is.SupersetOf(capabilities));
    }

    private static IEnumerable<string> FirstCells(string page) => RepositoryDocs.TableRows(page).Select(static row => Bare(row[0]));

    private static string Bare(string cell) => cell.Trim('`');
}
