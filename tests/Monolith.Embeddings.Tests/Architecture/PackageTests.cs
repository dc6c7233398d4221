using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Monolith.Embeddings.Tests.Architecture;

/// <summary>
/// The packages beside the core use its public API alone, and never one another. Read from what was built, and from the source.
/// </summary>
public class PackageTests
{
    private const string Core = "Monolith.Embeddings";

    private static readonly IEnumerable<string> Packages = SourceFiles.Packages;

    // Their public types stand in one namespace, whatever their folders; elsewhere the compiler holds that a namespace is its folder.
    private static readonly string[] Flat =
        [$"{Core}.AdoNet", $"{Core}.Datasets", $"{Core}.Kafka", $"{Core}.Parquet", $"{Core}.TorchSharp"];

    [Test]
    public void There_are_packages() => Assert.That(Packages, Is.SupersetOf(Flat));

    [TestCaseSource(nameof(Packages))]
    public void A_package_uses_the_core_and_no_package_beside_it(string package)
    {
        var used = Assembly.Load(package).GetReferencedAssemblies().Select(name => name.Name!);
        Assert.That(used.Where(name => name.StartsWith(Core, StringComparison.Ordinal)), Is.EqualTo(new[] { Core }));
    }

    [TestCaseSource(nameof(Packages))]
    public void No_package_sees_the_internals_of_another(string package)
    {
        var shown = from name in Packages.Append(Core)
                    from attribute in Assembly.Load(name).GetCustomAttributesData()
                    where attribute.AttributeType == typeof(InternalsVisibleToAttribute)
                    select (string)attribute.ConstructorArguments[0].Value!;
        Assert.That(shown, Does.Not.Contain(package).And.Not.Empty);
    }

    [TestCaseSource(nameof(Packages))]
    public void A_package_is_built_packed_and_described(string package)
    {
        var packed = Read(".ci/run").Split('\n').Single(line => line.StartsWith("packages=", StringComparison.Ordinal));
        var project = XDocument.Parse(Read($"src/{package}/{package}.csproj"));
        Assert.That(packed.Split('"', ' '), Does.Contain(package));
        Assert.That(Read("Monolith.Embeddings.sln"), Does.Contain($"\"{package}\"").And.Contain($"\"{package}.Tests\""));
        Assert.That(Read("CONTRIBUTING.md"), Does.Contain($"`src/{package}`"));
        Assert.That(project.Descendants("Description").Concat(project.Descendants("PackageTags")).Select(e => e.Value),
            Has.Exactly(2).Items.And.All.Not.Empty);
    }

    [TestCaseSource(nameof(Flat))]
    public void Public_types_stand_in_the_namespace_of_the_package_and_others_in_that_of_their_folder(string package)
    {
        foreach (var (path, lines) in SourceFiles.Of(package))
        {
            var isPublic = Array.Exists(lines, line => line.StartsWith("public ", StringComparison.Ordinal));
            var folder = isPublic ? "" : Path.GetDirectoryName(path)!.Replace('\\', '/').Replace('/', '.');
            var expected = folder.Length == 0 ? $"namespace {package};" : $"namespace {package}.{folder};";
            Assert.That(lines.Single(line => line.StartsWith("namespace ", StringComparison.Ordinal)), Is.EqualTo(expected), path);
        }
    }

    [TestCaseSource(nameof(Packages))]
    public void The_code_of_a_package_is_safe_and_depends_on_its_inputs_alone(string package)
    {
        var lines = from file in SourceFiles.Of(package)
                    from line in file.Lines.Select((text, i) => (Text: text.Trim(), Number: i + 1))
                    where !line.Text.StartsWith("//", StringComparison.Ordinal)
                    select $"{file.Path}({line.Number}): {line.Text}";
        Assert.That(lines.Where(line => SourceTextTests.Refused.Any(pattern => pattern.IsMatch(line))), Is.Empty);
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(SourceFiles.Repository, path));
}
