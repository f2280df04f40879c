namespace BleepStore.Storage.Tests.Documentation;

/// <summary>What a block of the documentation is, and so what is done with it.</summary>
public enum BlockKind
{
    /// <summary>Statements and types, compiled with what a page may imply, and run: <c>csharp</c>.</summary>
    Run,

    /// <summary>The same, not run: <c>csharp compile-only</c>.</summary>
    CompileOnly,

    /// <summary>The whole <c>Program.cs</c> of a console application, compiled as it stands: <c>csharp console</c>.</summary>
    Console,

    /// <summary>The whole <c>Program.cs</c> of a web application, compiled as it stands: <c>csharp web</c>.</summary>
    Web,

    /// <summary>Lines of a source file, which is compiled elsewhere: <c>csharp excerpt</c> and the path of the file.</summary>
    Excerpt,
}
