namespace BleepStore.Storage.Tests.Style;

/// <summary>The check of the folders finds every kind of use.</summary>
public class SourceRoomsTests
{
    private readonly string _root = Directory.CreateTempSubdirectory("bleepstore-rooms-").FullName;

    [TearDown]
    public void Clean() => Directory.Delete(_root, recursive: true);

    [TestCase("class A { N.High.B? b; }", TestName = "A field")]
    [TestCase("class A : N.High.B { }", TestName = "A base")]
    [TestCase("class A { object M() => new N.High.B(); }", TestName = "A creation")]
    [TestCase("class A { int M() => N.High.B.Count; }", TestName = "A static member")]
    [TestCase("using N.High; class A { object M(string text) => text.Extended(); }", TestName = "An extension method")]
    [TestCase("class A { object M() { var list = new System.Collections.Generic.List<N.High.B>(); return list; } }", TestName = "An argument of a type")]
    [TestCase("class A { int M(C c) => c.Made.Size; } class C { public N.High.B Made = null!; }", TestName = "A member of a value")]
    [TestCase("class A { object M() => new N.High.B(1, 2); }", TestName = "A call that does not fit")]
    public void A_use_of_another_folder_is_found(string low)
    {
        Write("Low/A.cs", low);
        Write(
            "High/B.cs",
            "namespace N.High; class B { public static int Count = 0; public int Size; } static class E { public static object Extended(this string text) => text; }");

        Assert.That(new SourceRooms(_root).Uses.Select(static use => (use.From, use.To)), Is.EqualTo(new[] { ("Low", "High") }));
    }

    [Test]
    public void Documentation_and_names_of_folders_are_no_use()
    {
        Write("Low/A.cs", "using N.High; /// <summary><see cref=\"N.High.B\"/></summary>\nclass A { }");
        Write("High/B.cs", "namespace N.High; class B { }");

        Assert.That(new SourceRooms(_root).Uses, Is.Empty);
    }

    [Test]
    public void The_folders_are_those_that_hold_files_of_the_source()
    {
        Write("Low/A.cs", "class A { }");
        Write("obj/C.cs", "class C { }");
        Write("D.cs", "class D { }");

        Assert.That(new SourceRooms(_root).Names, Is.EquivalentTo(new[] { "Low", "" }));
    }

    private void Write(string path, string text)
    {
        string file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
