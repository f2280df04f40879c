using System.Text;
using BleepStore.Storage.InMemory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Tests.Documentation;

/// <summary>
/// Every C# block of the documentation compiles, and runs on the in-memory backend unless its fence says <c>compile-only</c>.
/// </summary>
public sealed class CodeBlockTests
{
    private static IEnumerable<CodeBlock> Blocks => RepositoryDocs.Pages
        .Select(RepositoryDocs.Relative)
        .SelectMany(static page => CodeBlock.In(page, RepositoryDocs.Read(page)))
        .Concat(SourceExamples.All);

    [Test]
    public void The_documentation_has_code() => Assert.That(Blocks.Count(), Is.GreaterThan(20));

    [Test]
    public void The_most_used_members_have_an_example() => Assert.That(SourceExamples.All.Count(), Is.GreaterThanOrEqualTo(30));

    [Test]
    public void An_example_of_a_doc_comment_is_code_without_its_marks()
    {
        const string source = "/// <example>\n    /// <code>\n    /// List&lt;int&gt; one = [1];\n" +
            "    ///     one.Clear();\n    /// </code>\n/// </example>";

        CodeBlock block = SourceExamples.In("Source.cs", source).Single();

        Assert.That((block.Line, block.Text), Is.EqualTo((3, "List<int> one = [1];\n    one.Clear();")));
    }

    [TestCaseSource(nameof(Blocks))]
    [CancelAfter(60_000)]
    public async Task A_block_compiles_and_runs(CodeBlock block, CancellationToken cancellationToken)
    {
        if (block.Source is not null)
        {
            Assert.That(block.IsIn(RepositoryDocs.Read(block.Source)), Is.True, $"The lines are not in {block.Source}. Copy them anew.");
            return;
        }

        if (block.IsProgram)
        {
            Assert.That(new CompiledProgram(block).Faults(), Is.Empty);
            return;
        }

        var compiled = new CompiledBlock(block);

        Assert.That(compiled.Faults(), Is.Empty);
        if (block.Kind == BlockKind.Run && compiled.HasStatements)
        {
            await RunAsync(compiled, cancellationToken);
        }
    }

    [Test]
    public void A_fault_names_page_line_and_compiler_message()
    {
        CodeBlock block = CodeBlock.In("page.md", "text\n\n```csharp\nint one = 1;\nint two = \"2\";\n```\n").Single();

        Assert.That(
            new CompiledBlock(block).Faults(), Is.EqualTo(new[] { "page.md:5: CS0029: Cannot implicitly convert type 'string' to 'int'" }));
    }

    [Test]
    public void A_fault_in_a_type_after_statements_is_found()
    {
        CodeBlock block = CodeBlock.In(
            "page.md", "```csharp\nusing System.Text;\nvar it = new Thing();\nclass Thing\n{\n    Missing field;\n}\n```").Single();

        Assert.That(new CompiledBlock(block).Faults(), Has.Some.StartsWith("page.md:6: CS0246"));
    }

    [Test]
    public void A_using_that_a_block_does_without_is_a_fault()
    {
        CodeBlock block = CodeBlock.In("page.md", "```csharp\nusing System.Text;\nint one = 1;\n```").Single();

        Assert.That(new CompiledBlock(block).Faults(), Has.Some.StartsWith("page.md:2: CS8019"));
    }

    [TestCase("int one = 1;", true)]
    [TestCase("{\n    int one = 1;\n\n    int two = 2;", true)]
    [TestCase("int one = 1;\nint two = 2;", false)]
    [TestCase("one = 1;", false)]
    [TestCase("int one = 1;\n\n    int two = 2;", false)]
    public void An_excerpt_is_whole_lines_of_its_source(string lines, bool expected)
    {
        CodeBlock block = CodeBlock.In("page.md", $"```csharp excerpt Source.cs\n{lines}\n```").Single();

        Assert.That(block.Source, Is.EqualTo("Source.cs"));
        Assert.That(
            block.IsIn("class One\r\n    {\r\n        int one = 1;\r\n\r\n        int two = 2;\r\n    }\r\n"), Is.EqualTo(expected));
    }

    [Test]
    public void The_readme_begins_with_programs_that_a_reader_can_paste()
    {
        BlockKind[] first = CodeBlock.In("README.md", RepositoryDocs.Read("README.md"))
            .Take(2)
            .Select(static block => block.Kind)
            .ToArray();

        Assert.That(first, Is.EqualTo(new[] { BlockKind.Web, BlockKind.Console }));
    }

    [TestCase("using System;")]
    [TestCase("using BleepStore.Storage;\nusing Microsoft.Extensions.DependencyInjection;", "BleepStore.Storage")]
    public void A_program_gets_no_using_and_no_package_that_it_does_not_name(string usings, params string[] packages)
    {
        string add = string.Concat(packages.Select(static package => $"dotnet add package {package}\n"));
        const string statement = "new ServiceCollection().AddBleepStore().UseLocal(\"data\");";
        CodeBlock block = CodeBlock.In("page.md", $"# One\n{add}```csharp console\n{usings}\n{statement}\n```").Single();

        Assert.That(new CompiledProgram(block).Faults(), Is.Not.Empty);
    }

    [Test]
    public void A_program_compiles_with_what_it_names()
    {
        const string page =
            "# Zero\ndotnet add package Missing\n# One\ndotnet add package BleepStore.Storage.Local\n" +
            "dotnet add package Microsoft.Extensions.DependencyInjection\n" +
            "```csharp console\nusing Microsoft.Extensions.DependencyInjection;\n" +
            "new ServiceCollection().AddBleepStore().UseLocal(\"data\");\n```";

        Assert.That(new CompiledProgram(CodeBlock.In("page.md", page).Single()).Faults(), Is.Empty);
    }

    [Test]
    public void A_fence_that_would_escape_the_tests_is_refused([Values("cs", "c#", "csharp run")] string info)
    {
        Assert.That(() => CodeBlock.In("page.md", $"```{info}\n```").ToList(), Throws.TypeOf<FormatException>());
    }

    /// <summary>
    /// A store with a bucket <c>photos</c> that holds a few objects, empty services, and a section that picks the in-memory backend.
    /// </summary>
    private static async Task RunAsync(CompiledBlock compiled, CancellationToken cancellationToken)
    {
        await using ObjectStore store = InMemoryStore.Create();
        Bucket bucket = await store.CreateBucketAsync("photos", cancellationToken: cancellationToken);
        await bucket.PutAsync("2026/cat.jpg", new byte[2048], new PutOptions { ContentType = "image/jpeg" }, cancellationToken);
        await bucket.PutAsync("2026/dog.jpg", new byte[1024], new PutOptions { ContentType = "image/jpeg" }, cancellationToken);
        await bucket.PutAsync("counter", Encoding.UTF8.GetBytes("41"), cancellationToken: cancellationToken);
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Store:Backend"] = "memory",
                ["Store:Capacity"] = "1048576",
                ["Store:PartSize"] = "16777216",
            })
            .Build();
        await compiled.RunAsync(store, bucket, new ServiceCollection(), configuration, cancellationToken);
    }
}
