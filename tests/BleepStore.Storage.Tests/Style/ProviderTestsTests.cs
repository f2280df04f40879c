using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Tests.Style;

/// <summary>Some tests exist for every provider.</summary>
public class ProviderTestsTests
{
    [Test]
    public void The_table_of_errors_and_the_registration_have_their_tests([Values("Azure", "Aws", "Gcp", "Local")] string provider)
    {
        string source = RepositoryFolder.Find($"src/BleepStore.Storage.{provider}");
        string tests = RepositoryFolder.Find($"tests/BleepStore.Storage.{provider}.Tests");
        string errors = Directory.EnumerateFiles(source, $"{provider}Errors.cs", SearchOption.AllDirectories).Single();
        string room = Path.GetRelativePath(source, Path.GetDirectoryName(errors)!);

        Assert.That(Path.Combine(tests, room, $"{provider}ErrorsTests.cs"), Does.Exist);
        Assert.That(Path.Combine(tests, "RegistrationTests.cs"), Does.Exist);
    }
}
