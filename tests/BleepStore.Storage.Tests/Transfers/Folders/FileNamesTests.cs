using BleepStore.Storage.Transfers.Folders;

namespace BleepStore.Storage.Tests.Transfers.Folders;

public class FileNamesTests
{
    [TestCase("a")]
    [TestCase("a/b c/ü.txt")]
    [TestCase(".hidden/...")]
    [TestCase("C:\\x")]
    [TestCase("..\\x")]
    [TestCase("con/nul.txt")]
    [TestCase("trailing. /dot.")]
    public void A_name_of_this_system_is_cut_at_its_slashes(string name)
    {
        Assert.That(FileNames.TrySplit(name, isPortable: false, out string[]? segments, out string? problem), Is.True);
        Assert.That(problem, Is.Null);
        Assert.That(string.Join('/', segments!), Is.EqualTo(name));
    }

    [TestCase("../x")]
    [TestCase("a/../b")]
    [TestCase("..")]
    [TestCase(".")]
    [TestCase("a/./b")]
    [TestCase("/etc/x")]
    [TestCase("a//b")]
    [TestCase("a/")]
    [TestCase("")]
    [TestCase("a\0b")]
    public void A_name_that_leads_elsewhere_or_to_another_file_is_refused(string name)
    {
        foreach (bool isPortable in new[] { false, true })
        {
            Assert.That(FileNames.TrySplit(name, isPortable, out string[]? segments, out string? problem), Is.False);
            Assert.That((segments, problem), Is.EqualTo(((string[]?)null, problem)));
            Assert.That(problem, Is.Not.Empty);
        }
    }

    [TestCase("C:\\x")]
    [TestCase("C:x")]
    [TestCase("..\\x")]
    [TestCase("\\\\server\\share")]
    [TestCase("a:stream")]
    [TestCase("a/b?")]
    [TestCase("a*")]
    [TestCase("a|b")]
    [TestCase("<a>")]
    [TestCase("tab\t")]
    [TestCase("dot.")]
    [TestCase("space ")]
    [TestCase("dots.../a")]
    [TestCase("CON")]
    [TestCase("a/nul.txt")]
    [TestCase("aux .tar.gz")]
    [TestCase("COM1")]
    [TestCase("lpt9.log")]
    [TestCase("com³")]
    [TestCase("CONIN$")]
    public void A_name_that_Windows_cannot_have_is_refused_where_names_must_be_portable(string name)
    {
        Assert.That(FileNames.TrySplit(name, isPortable: true, out _, out string? problem), Is.False);
        Assert.That(problem, Does.Contain("Windows"));
    }

    [TestCase("console")]
    [TestCase("com")]
    [TestCase("com10")]
    [TestCase("nul-b")]
    [TestCase(".gitignore")]
    [TestCase("a b/c.d")]
    public void A_name_that_only_looks_like_one_is_not(string name) =>
        Assert.That(FileNames.TrySplit(name, isPortable: true, out _, out _), Is.True);
}
