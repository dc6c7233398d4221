using System.Text.RegularExpressions;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Architecture;

/// <summary>Rules that the compiled assembly does not show.</summary>
public partial class SourceTextTests
{
    private const int MaxColumns = 140;

    /// <summary>What packages beside the core have nowhere.</summary>
    internal static readonly Regex[] Refused = [UnsafeCode(), Intrinsics(), HiddenInputs(), InexactMath()];

    [Test]
    public void There_is_source_to_read() => Assert.That(SourceFiles.All, Has.Count.GreaterThan(50));

    [Test]
    public void Unsafe_code_stands_in_few_folders() =>
        AssertOnlyIn(UnsafeCode(), "Memory", "Kernels", "Rows", "Indexing", "Tables");

    [Test]
    public void Intrinsics_stand_in_few_folders() => AssertOnlyIn(Intrinsics(), "Kernels", "Memory", "Indexing");

    [Test]
    public void Time_comes_from_a_provider_and_randomness_from_seeds() => AssertOnlyIn(HiddenInputs());

    [Test]
    public void No_function_whose_bits_differ_between_machines_is_called() => AssertOnlyIn(InexactMath());

    [Test]
    public void The_namespace_is_the_folder_and_of_public_types_the_top_folder()
    {
        var library = typeof(EmbeddingTable).Assembly;
        foreach (var (path, lines) in SourceFiles.All)
        {
            if (!path.Contains('/')) continue;
            var found = lines.Single(line => line.StartsWith("namespace ", StringComparison.Ordinal))["namespace ".Length..].TrimEnd(';');
            var top = $"Monolith.Embeddings.{path.Split('/')[0]}";
            var name = Path.GetFileName(path).Split('.')[0];
            var isPublic = library.GetExportedTypes().Any(type => type.Namespace == top && type.Name.Split('`')[0] == name);
            var folder = $"Monolith.Embeddings.{Path.GetDirectoryName(path)!.Replace('/', '.').Replace('\\', '.')}";
            Assert.That(found, Is.EqualTo(isPublic ? top : folder), path);
        }
    }

    [Test]
    public void No_file_is_longer_than_500_lines() =>
        Assert.That(SourceFiles.All.Where(file => file.Lines.Length > 500).Select(file => file.Path), Is.Empty);

    [TestCase("src"), TestCase("tests"), TestCase("samples"), TestCase("benchmarks")]
    public void No_line_is_longer_than_140_columns(string folder)
    {
        var files = SourceFiles.Below(folder);
        Assert.That(files, Is.Not.Empty);
        var wrong =
            from file in files
            from line in file.Lines.Select((text, i) => (Columns: text.Length, Number: i + 1))
            where line.Columns > MaxColumns
            select $"{file.Path}({line.Number}): {line.Columns} columns";
        Assert.That(wrong, Is.Empty);
    }

    [TestCase("public static unsafe class X", "UnsafeCode")]
    [TestCase("using System.Runtime.Intrinsics.X86;", "Intrinsics")]
    [TestCase("var now = DateTime.UtcNow;", "HiddenInputs")]
    [TestCase("var random = new Random(5);", "HiddenInputs")]
    [TestCase("return MathF.Exp(-x);", "InexactMath")]
    [TestCase("return 1 / Math.Log(x);", "InexactMath")]
    public void The_rules_see_what_they_are_to_see(string line, string rule)
    {
        var pattern = rule switch
        {
            nameof(UnsafeCode) => UnsafeCode(),
            nameof(Intrinsics) => Intrinsics(),
            nameof(HiddenInputs) => HiddenInputs(),
            _ => InexactMath(),
        };
        Assert.That(pattern.IsMatch(line), Is.True);
    }

    private static void AssertOnlyIn(Regex pattern, params string[] folders)
    {
        var hits =
            from file in SourceFiles.All
            where !folders.Contains(file.Path.Split('/')[0])
            from line in file.Lines.Select((text, i) => (Text: text.Trim(), Number: i + 1))
            where !line.Text.StartsWith("//", StringComparison.Ordinal) && pattern.IsMatch(line.Text)
            select $"{file.Path}({line.Number}): {line.Text}";
        Assert.That(hits, Is.Empty);
    }

    [GeneratedRegex(@"\bunsafe\b")]
    private static partial Regex UnsafeCode();

    [GeneratedRegex(@"System\.Runtime\.Intrinsics|\bVector(64|128|256|512)\b")]
    private static partial Regex Intrinsics();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?Now\b|\bDateTime\.Today\b|\bStopwatch\b|\bEnvironment\.TickCount|"
        + @"\bnew Random\(|\bRandom\.Shared\b|\bGuid\.NewGuid\b")]
    private static partial Regex HiddenInputs();

    [GeneratedRegex(@"\bMathF?\.(Exp|Log|Log2|Log10|Pow|Sin|Cos|Tan|Tanh|Sinh|Cosh|Atan|Atan2|Asin|Acos|Cbrt)\b|\bTensorPrimitives\b")]
    private static partial Regex InexactMath();
}
