using System.Reflection;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Architecture;

/// <summary>The folder is the namespace, and a folder uses only folders of a lower level. Read from the compiled assembly.</summary>
public class LayerTests
{
    private const string Root = "Monolith.Embeddings";

    private static readonly Assembly Library = typeof(EmbeddingTable).Assembly;

    private static readonly string[][] Floors =
    [
        ["Memory", "Hashing", "Kernels", "Validation", "Diagnostics", "Threads"],
        ["Rows", "Scheduling", "Sketches"],
        ["Indexing", "Eviction"],
        ["Optimizers", "Initializers", "Admission", "Expiry"],
        ["Tables"],
        ["Features", "Snapshots"],
        ["Streams", "Models"],
        ["Training"],
        ["Serving", "Exchange"],
    ];

    private static readonly Dictionary<string, int> Levels =
        Floors.SelectMany((folders, level) => folders.Select(folder => (folder, level))).ToDictionary();

    [Test]
    public void Every_namespace_is_a_known_folder() =>
        Assert.That(Library.GetTypes().Select(Folder).OfType<string>().Distinct(), Is.SubsetOf(Levels.Keys));

    [Test]
    public void A_folder_uses_only_folders_of_a_lower_level()
    {
        var wrong = Uses().Where(u => Levels[u.To] >= Levels[u.From]);
        Assert.That(wrong.Select(u => $"{u.From} uses {u.To}: {u.Example}"), Is.Empty);
    }

    [Test]
    public void Indexing_sees_memory_hashing_and_rows_only() =>
        Assert.That(Uses().Where(u => u.From == "Indexing").Select(u => u.To), Is.SubsetOf(new[] { "Memory", "Hashing", "Rows" }));

    [Test]
    public void The_kernels_see_no_other_folder() => Assert.That(Uses().Where(u => u.From == "Kernels"), Is.Empty);

    // The reading itself: these uses stand in the code of a method, in a generic argument, in a field, in a base type.
    [TestCase("Indexing", "Hashing")]
    [TestCase("Optimizers", "Kernels")]
    [TestCase("Tables", "Rows")]
    [TestCase("Features", "Tables")]
    public void A_use_that_is_there_is_found(string from, string to) =>
        Assert.That(Uses().Select(u => (u.From, u.To)), Does.Contain((from, to)));

    private static IEnumerable<(string From, string To, string Example)> Uses() =>
        from type in Library.GetTypes()
        let folder = Folder(type)
        where folder is not null
        from used in TypeReferences.Of(type)
        let other = Folder(used)
        where other is not null && other != folder
        group $"{type} -> {used}" by (folder, other) into uses
        select (uses.Key.folder, uses.Key.other, uses.First());

    /// <summary>The top folder of a type of the library; null for others and for what the compiler keeps outside all namespaces.</summary>
    private static string? Folder(Type type)
    {
        if (type.Assembly != Library) return null;
        var name = type.Namespace;
        if (name == Root) return "";
        return name?.StartsWith(Root + '.', StringComparison.Ordinal) == true ? name[(Root.Length + 1)..].Split('.')[0] : null;
    }
}
