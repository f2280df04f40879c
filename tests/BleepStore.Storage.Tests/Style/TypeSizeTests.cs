using BleepStore.Storage.Tests.Shared;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace BleepStore.Storage.Tests.Style;

/// <summary>A type that does many things is hard to read, also when its files are small.</summary>
public class TypeSizeTests
{
    private const int MostLines = 700;

    /// <summary>What callers see of a bucket is one type and its extensions. Most of their lines are documentation.</summary>
    private static readonly string[] Larger = ["Bucket", "BucketExtensions"];

    [Test]
    public void No_type_has_more_than_700_lines_in_all_its_files()
    {
        Dictionary<string, int> sizes = Sizes(Directory.EnumerateFiles(RepositoryFolder.Find("src"), "*.cs", SearchOption.AllDirectories)
            .Where(static file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Select(File.ReadAllText));

        Assert.That(sizes, Has.Count.GreaterThan(300), "the types were found");
        Assert.That(
            sizes.Where(static type => type.Value > MostLines).Select(static type => type.Key),
            Is.EquivalentTo(Larger),
            string.Join(", ", sizes.OrderByDescending(static type => type.Value).Take(5)));
    }

    [Test]
    public void The_files_of_a_partial_type_count_together() => Assert.That(
        Sizes(["namespace N;\npartial class A\n{\n}", "namespace N;\npartial class A\n{\n    class B\n    {\n    }\n}", "namespace N;\nclass C;"]),
        Is.EquivalentTo(new Dictionary<string, int> { ["A"] = 9, ["C"] = 1 }));

    private static Dictionary<string, int> Sizes(IEnumerable<string> files) => files
        .SelectMany(static text => CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>())
        .Where(static type => type.Parent is not BaseTypeDeclarationSyntax)
        .GroupBy(static type => (Name: type.Identifier.Text, Namespace: type.Parent?.ToString().Split(';', '\n')[0]))
        .GroupBy(static files => files.Key.Name, static files => files.Sum(Lines))
        .ToDictionary(static sizes => sizes.Key, static sizes => sizes.Max(), StringComparer.Ordinal);

    private static int Lines(BaseTypeDeclarationSyntax type)
    {
        FileLinePositionSpan place = type.SyntaxTree.GetLineSpan(type.Span);
        return place.EndLinePosition.Line - place.StartLinePosition.Line + 1;
    }
}
