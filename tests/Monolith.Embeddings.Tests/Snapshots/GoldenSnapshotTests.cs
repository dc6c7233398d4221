using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>Bytes of every format version, as they were written when it was new. They are never written again.</summary>
public sealed class GoldenSnapshotTests
{
    [Test]
    public void A_file_of_version_1_is_read_and_still_written()
    {
        var golden = Bytes("version-1.snapshot");
        var (bytes, entry) = TestSnapshot.Make();
        Assert.That(TestSnapshot.ReadAll(golden, entry), Is.EqualTo(64 + 17 + 48 + TestSnapshot.Position.Length));
        Assert.That(golden, Is.EqualTo(bytes));
    }

    [Test]
    public void A_manifest_of_version_1_is_read_and_still_written()
    {
        var golden = Bytes("version-1.manifest.json");
        Assert.That(SnapshotManifest.Parse(golden).Commits, Is.EqualTo(TestChain.Manifest().Commits));
        Assert.That(golden, Is.EqualTo(TestChain.Manifest().ToBytes()));
    }

    [Test]
    public void A_manifest_of_version_2_is_read_and_still_written()
    {
        var golden = Bytes("version-2.manifest.json");
        var (found, expected) = (SnapshotManifest.Parse(golden), TestChain.ManifestWithIdentities());
        Assert.That((found.Trainer, found.Commits), Is.EqualTo((expected.Trainer, expected.Commits)));
        Assert.That(golden, Is.EqualTo(expected.ToBytes()));
    }

    private static byte[] Bytes(string name)
    {
        using var stream = typeof(GoldenSnapshotTests).Assembly.GetManifestResourceStream($"Golden.{name}")!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
