using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Inspection;

public sealed class SnapshotInspectorTests : LeakChecked
{
    [Test]
    public async Task Everything_is_listed()
    {
        var chain = await TinyChain.MakeAsync();
        var store = await chain.InMemoryAsync();
        store.Commit("notes.txt", [1, 2]);
        var found = await SnapshotInspector.InspectAsync(store);
        Assert.That((found.Manifest!.Chain, found.Manifest.Incarnation), Is.EqualTo((chain.Manifest.Chain, 1ul)));
        Assert.That(found.Commits.Select(c => c.Commit), Is.EqualTo(chain.Manifest.Commits));
        Assert.That(found.Commits.Select(c => c.Training.Entry), Is.EqualTo(chain.Manifest.Commits.Select(c => c.Training)));
        Assert.That(found.Commits.Select(c => c.Training.Tables.Single()), Is.EqualTo(new[] { new InspectedTable { Name = "t", Rows = 3,
            Removed = 0, RowBytes = 16 }, new InspectedTable { Name = "t", Rows = 2, Removed = 2, RowBytes = 16 } }));
        Assert.That(found.Commits.Select(c => c.Serving!.Tables.Single()), Is.EqualTo(new[] { new InspectedTable { Name = "t", Rows = 3,
            Removed = 0, RowBytes = 12 }, new InspectedTable { Name = "t", Rows = 2, Removed = 2, RowBytes = 12 } }));
        Assert.That(found.Commits[1].Serving!.Sections, Is.EqualTo(new Dictionary<string, long> { ["model"] = 5 }));
        Assert.That(found.UnnamedFiles, Is.EqualTo(new[] { new StoredFile { Name = "notes.txt", Length = 2 } }));
        Assert.That(found.Problems, Is.Empty);
    }

    [Test]
    public async Task All_damage_is_told_together()
    {
        var chain = await TinyChain.MakeAsync();
        var (full, delta) = (chain.Manifest.Commits[0], chain.Manifest.Commits[1]);
        var store = await chain.InMemoryAsync(full.Training.Name);
        foreach (var name in new[] { full.Serving!.Name, delta.Training.Name })
        {
            // In the middle of a block, which only its own checksum tells.
            var bytes = chain.Files[name].ToArray();
            bytes[TestSnapshot.Parts(bytes)[1].Start + 40] ^= 4;
            await store.DeleteAsync(name);
            store.Commit(name, bytes);
        }
        Assert.That((await SnapshotInspector.InspectAsync(store)).Problems.Select(p => (p.File, p.Fault)),
            Is.EqualTo(new[] { (full.Training.Name, SnapshotFault.Missing) }));
        var told = new List<SnapshotProgress>();
        var found = await SnapshotInspector.VerifyAsync(store, new Told(told));
        Assert.That(found.Problems.Select(p => (p.File, p.Fault)),
            Is.EqualTo(new[] { (full.Training.Name, SnapshotFault.Missing), (full.Serving.Name, SnapshotFault.Damaged),
                (delta.Training.Name, SnapshotFault.Damaged) }));
        Assert.That(found.Commits.Select(c => (c.Training.Problem, c.Serving!.Problem)), Is.EqualTo(
            new (SnapshotException?, SnapshotException?)[] { (found.Problems[0], found.Problems[1]), (found.Problems[2], null) }));
        Assert.That(told.Select(p => (p.Phase, p.File)), Is.EqualTo(new[] { (SnapshotPhase.Verifying, delta.Serving!.Name) }));
    }

    [Test]
    public async Task Any_damage_is_told_of_its_file_alone()
    {
        var chain = await TinyChain.MakeAsync();
        Assert.That((await SnapshotInspector.VerifyAsync(await chain.InMemoryAsync())).Problems, Is.Empty);
        foreach (var (name, good) in chain.Files)
        {
            for (var at = 0; at < good.Length; at += 3)
            {
                var bytes = good.ToArray();
                bytes[at] ^= (byte)(1 << (at % 8));
                Assert.That((await SnapshotInspector.VerifyAsync(await chain.InMemoryAsync(name, bytes))).Problems.Select(p => p.File),
                    Is.EqualTo(new[] { name }));
            }
        }
    }

    [Test]
    public async Task A_manifest_that_is_absent_or_damaged_is_told()
    {
        var nothing = await SnapshotInspector.VerifyAsync(new MemorySnapshotStore());
        Assert.That((nothing.Manifest, nothing.Commits.Count, nothing.Problems.Count), Is.EqualTo(((SnapshotManifest?)null, 0, 0)));
        var chain = await TinyChain.MakeAsync();
        var found = await SnapshotInspector.VerifyAsync(await chain.InMemoryAsync(manifest: [1, 2, 3]));
        Assert.That(found.Problems.Select(p => p.Fault), Is.EqualTo(new[] { SnapshotFault.Damaged }));
        Assert.That((found.Manifest, found.UnnamedFiles.Count), Is.EqualTo(((SnapshotManifest?)null, 4)));
    }

    private sealed class Told(List<SnapshotProgress> told) : IProgress<SnapshotProgress>
    {
        public void Report(SnapshotProgress value) => told.Add(value);
    }
}
