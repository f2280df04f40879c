using System.Reflection;
using System.Xml.Linq;

namespace BleepStore.Storage.Tests.Documentation;

/// <summary>
/// The blocks of the README as projects with only the packages. Each whole program is unchanged, and all other blocks are in one library.
/// <c>.ci/check-readme</c> builds them with the packages that were packed.
/// </summary>
internal static class ReadmeProjects
{
    private const string Page = "README.md";

    private const string Core = "BleepStore.Storage";

    private static readonly Dictionary<string, string> OtherVersions = XDocument.Parse(RepositoryDocs.Read("Directory.Packages.props"))
        .Descendants("PackageVersion")
        .ToDictionary(static item => item.Attribute("Include")!.Value, static item => item.Attribute("Version")!.Value);

    public static IReadOnlyList<CodeBlock> Blocks { get; } = [.. CodeBlock.In(Page, RepositoryDocs.Read(Page))];

    /// <summary>The packages that the table of the README names, apart from the one for tests of backends.</summary>
    public static IReadOnlyList<string> Packages { get; } =
    [
        .. RepositoryDocs.TableRows(Page)
            .Select(static row => row[0].Trim('`'))
            .Where(static name => name.StartsWith(Core, StringComparison.Ordinal) && name != $"{Core}.Conformance"),
    ];

    /// <summary>Writes the projects and a solution of them.</summary>
    public static void Write(string folder)
    {
        var projects = new List<string>();
        foreach (CodeBlock block in Blocks.Where(static block => block.IsProgram))
        {
            string name = $"{block.Kind}{block.Line}";
            string sdk = block.Kind == BlockKind.Web ? "Microsoft.NET.Sdk.Web" : "Microsoft.NET.Sdk";
            projects.Add(WriteProject(folder, name, sdk, isProgram: true, block.Packages));
            WriteFile(folder, name, "Program.cs", $"#line {block.Line} \"{block.Page}\"\n{block.Text}\n");
        }

        projects.Add(WriteProject(folder, "Blocks", "Microsoft.NET.Sdk", isProgram: false, [Core]));
        WriteFile(folder, "Blocks", "Usings.cs", CompiledBlock.UsingsText);
        foreach (CodeBlock block in Blocks.Where(static block => !block.IsProgram))
        {
            WriteFile(folder, "Blocks", $"Block{block.Line}.cs", CompiledBlock.FileText(block));
        }

        // All packages of the table restore together.
        projects.Add(WriteProject(folder, "Everything", "Microsoft.NET.Sdk", isProgram: false, Packages));
        File.WriteAllText(
            Path.Combine(folder, "Readme.slnx"),
            $"<Solution>{string.Concat(projects.Select(static path => $"<Project Path=\"{path}\" />"))}</Solution>\n");
    }

    private static string WriteProject(string folder, string name, string sdk, bool isProgram, IEnumerable<string> packages)
    {
        var project = new XElement(
            "Project",
            new XAttribute("Sdk", sdk),
            new XElement(
                "PropertyGroup",
                isProgram ? new XElement("OutputType", "Exe") : null,
                new XElement("TargetFramework", "net10.0"),
                new XElement("Nullable", "enable"),
                new XElement("ImplicitUsings", isProgram ? "enable" : "disable"),
                new XElement("TreatWarningsAsErrors", "true"),

                // NU1603: not every source has each version that a package asks for. The others: a block may show a value and leave it at
                // that, and need not use what is given.
                new XElement("NoWarn", isProgram ? "$(NoWarn);NU1603" : "$(NoWarn);NU1603;CS0168;CS0169;CS0219;CS0414;CS1998")),
            new XElement(
                "ItemGroup",
                packages.Select(static package => new XElement(
                    "PackageReference", new XAttribute("Include", package), new XAttribute("Version", VersionOf(package))))));
        WriteFile(folder, name, $"{name}.csproj", $"{project}\n");
        return $"{name}/{name}.csproj";
    }

    private static string VersionOf(string package) => package.StartsWith(Core, StringComparison.Ordinal)
        ? typeof(ObjectStore).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]
        : OtherVersions[package];

    private static void WriteFile(string folder, string project, string name, string text)
    {
        Directory.CreateDirectory(Path.Combine(folder, project));
        File.WriteAllText(Path.Combine(folder, project, name), text);
    }
}
