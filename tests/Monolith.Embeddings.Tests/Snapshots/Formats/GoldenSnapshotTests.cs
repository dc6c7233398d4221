using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Tests.Snapshots.Formats;

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

    [Test]
    public void A_manifest_of_version_3_is_read_and_still_written()
    {
        var golden = Bytes("version-3.manifest.json");
        var (found, expected) = (SnapshotManifest.Parse(golden), TestChain.ManifestWithParts());
        Assert.That((found.Trainer, found.Commits), Is.EqualTo((expected.Trainer, expected.Commits)));
        Assert.That(golden, Is.EqualTo(expected.ToBytes()));
    }

    [Test]
    public void A_manifest_of_version_4_is_read_and_still_written()
    {
        var golden = Bytes("version-4.manifest.json");
        var (found, expected) = (SnapshotManifest.Parse(golden), TestChain.ManifestWithServedTables());
        Assert.That((found.Trainer, found.Commits), Is.EqualTo((expected.Trainer, expected.Commits)));
        Assert.That(golden, Is.EqualTo(expected.ToBytes()));
    }

    [Test]
    public void A_manifest_of_version_5_is_read_and_still_written()
    {
        var golden = Bytes("version-5.manifest.json");
        var (found, expected) = (SnapshotManifest.Parse(golden), TestChain.ManifestWithHeartbeat());
        Assert.That((found.Heartbeat, found.Commits), Is.EqualTo((expected.Heartbeat, expected.Commits)));
        Assert.That(golden, Is.EqualTo(expected.ToBytes()));
    }

    [Test]
    public void A_manifest_of_a_version_to_come_is_refused_by_its_number()
    {
        var toCome = ManifestFormat.Version + 1;
        var text = System.Text.Encoding.UTF8.GetString(
            Bytes("version-4.manifest.json")).Replace("\"version\": 4", $"\"version\": {toCome}", StringComparison.Ordinal);
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        ManifestFormat.Digits(ManifestFormat.Checksum(bytes)).CopyTo(bytes.AsSpan(ManifestFormat.ChecksumStart(bytes)));
        Assert.That(
            () => SnapshotManifest.Parse(bytes),
            Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Mismatch)
                .And.Message.Contains($"1 to {ManifestFormat.Version}, found {toCome}"));
    }

    private static byte[] Bytes(string name)
    {
        using var stream = typeof(GoldenSnapshotTests).Assembly.GetManifestResourceStream($"Golden.{name}")!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
