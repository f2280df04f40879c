namespace BleepStore.Storage.Tests.Documentation;

/// <summary>The kind of a block of the documentation, which decides its treatment.</summary>
public enum BlockKind
{
    /// <summary>Statements and types, compiled with the implied context, and run (<c>csharp</c>).</summary>
    Run,

    /// <summary>The same, but not run (<c>csharp compile-only</c>).</summary>
    CompileOnly,

    /// <summary>The whole <c>Program.cs</c> of a console application, compiled unchanged (<c>csharp console</c>).</summary>
    Console,

    /// <summary>The whole <c>Program.cs</c> of a web application, compiled unchanged (<c>csharp web</c>).</summary>
    Web,

    /// <summary>Lines of a source file, which is compiled elsewhere (<c>csharp excerpt</c> and the path of the file).</summary>
    Excerpt,
}
