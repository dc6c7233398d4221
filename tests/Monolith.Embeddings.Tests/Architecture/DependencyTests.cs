using System.Xml.Linq;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Architecture;

/// <summary>What the core stands on beside .NET itself.</summary>
public class DependencyTests
{
    private const string Floor = "10.0.0";

    private static readonly string[] Allowed =
        ["Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Options", "System.IO.Hashing"];

    [Test]
    public void The_core_asks_for_the_packages_that_are_allowed_at_their_floors()
    {
        var project = XDocument.Load(Path.Combine(SourceFiles.Repository, "src", "Monolith.Embeddings", "Monolith.Embeddings.csproj"));
        var packages = project.Descendants("PackageReference")
            .Select(p => ((string?)p.Attribute("Include"), (string?)p.Attribute("VersionOverride")));
        Assert.That(packages, Is.EquivalentTo(Allowed.Select(name => (name, Floor))));
        Assert.That(project.Descendants("ProjectReference").Concat(project.Descendants("Reference")), Is.Empty);
    }

    [Test]
    public void The_core_as_compiled_refers_to_these_and_to_the_framework_alone()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var names = typeof(EmbeddingTable).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!).ToArray();
        Assert.That(names.Where(name => !File.Exists(Path.Combine(framework, name + ".dll"))), Is.EquivalentTo(Allowed));
    }
}
