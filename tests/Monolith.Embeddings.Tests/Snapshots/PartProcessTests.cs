using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots.Saving;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>Parts that processes of their own write, given the plan as JSON. One is killed while a commit is under way.</summary>
public sealed class PartProcessTests
{
    private static readonly string[] Names = ["first", "second"];

    [Test]
    public async Task Processes_commit_together_and_one_that_is_killed_takes_its_commit_along()
    {
        using var folder = new TestFolder();
        var store = new FileSnapshotStore(folder.Path);
        using var tables = PartProcess.CreateTables();
        using var chain = await SnapshotChain.OpenAsync(store, tables, new() { RestoreParts = false });
        using var first = await StartAsync(folder, 1);
        using (var second = await StartAsync(folder, 2))
        {
            Assert.That((await CommitAsync(chain, tables, first, second)).Kind, Is.EqualTo(SnapshotKind.Full));
            Assert.That((await CommitAsync(chain, tables, first, second)).Kind, Is.EqualTo(SnapshotKind.Delta));
            await AssertLostAsync(store, chain, first, second);
        }
        using var again = await StartAsync(folder, 2);
        var commit = await CommitAsync(chain, tables, first, again);
        Assert.That((commit.Kind, commit.Number), Is.EqualTo((SnapshotKind.Delta, 3ul)));
        await SnapshotCompactor.CompactAsync(store);
        Assert.That((await SnapshotInspector.VerifyAsync(store)).Problems, Is.Empty);
        using var all = PartProcess.CreateTables();
        using var restored = await SnapshotChain.OpenAsync(await CopyOfStore.OfAsync(store), all);
        Assert.That(PartedChain.StateOf(all), Is.EqualTo(Expected(commits: 3)));
    }

    [Test]
    public void A_plan_and_a_part_survive_JSON()
    {
        var plan = new SnapshotPartPlan
        {
            Chain = Guid.NewGuid(),
            Incarnation = 2,
            Trainer = Guid.NewGuid(),
            Number = 7,
            Commit = Guid.NewGuid(),
            Before = Guid.NewGuid(),
            Parts = ["shard é", "2"],
            Attempt = 3,
            Kind = SnapshotKind.Delta,
            From = 5,
            To = ulong.MaxValue,
            PublishesServing = true,
        };
        Assert.That(JsonSerializer.Deserialize<SnapshotPartPlan>(JsonSerializer.Serialize(plan)), Is.EqualTo(plan));
        var part = TestChain.ManifestWithParts().Newest!.Parts[0];
        Assert.That(JsonSerializer.Deserialize<SnapshotPart>(JsonSerializer.Serialize(part)), Is.EqualTo(part));
    }

    // The process has the plan when it is killed, and may even have written its part.
    private static async Task AssertLostAsync(FileSnapshotStore store, SnapshotChain chain, Process first, Process second)
    {
        var before = (await store.ReadManifestAsync())!.Bytes.ToArray();
        await using (var pending = await chain.CutAsync(new SnapshotCommitContents { PartNames = Names }))
        {
            var part = await AskAsync(first, pending.Plan);
            await second.StandardInput.WriteLineAsync(JsonSerializer.Serialize(pending.Plan));
            second.Kill();
            await second.WaitForExitAsync();
            Assert.That(() => pending.WriteAsync([part]), Throws.ArgumentException.With.Message.Contains("'second'"));
        }
        Assert.That((await store.ReadManifestAsync())!.Bytes.ToArray(), Is.EqualTo(before));
    }

    private static async Task<SnapshotCommit> CommitAsync(SnapshotChain chain, EmbeddingTableSet tables, params Process[] processes)
    {
        PartProcess.Train(tables, 0, (chain.Newest?.Number ?? 0) + 1);
        await using var pending = await chain.CutAsync(new SnapshotCommitContents { PartNames = Names });
        var parts = new List<SnapshotPart>();
        foreach (var process in processes) parts.Add(await AskAsync(process, pending.Plan));
        return await pending.WriteAsync(parts);
    }

    private static async Task<SnapshotPart> AskAsync(Process process, SnapshotPartPlan plan)
    {
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(plan));
        return JsonSerializer.Deserialize<SnapshotPart>((await process.StandardOutput.ReadLineAsync())!)!;
    }

    private static string[] Expected(int commits)
    {
        using var tables = PartProcess.CreateTables();
        for (var commit = 1; commit <= commits; commit++)
        {
            for (var process = 0; process < PartProcess.Processes; process++) PartProcess.Train(tables, process, (ulong)commit);
        }
        return PartedChain.StateOf(tables);
    }

    private static async Task<Process> StartAsync(TestFolder folder, int process)
    {
        var assembly = typeof(PartProcess).Assembly.Location;
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { assembly, PartProcess.Part, folder.Path, Names[process - 1], process.ToString(CultureInfo.InvariantCulture) },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var started = Process.Start(start)!;
        Assert.That(await started.StandardOutput.ReadLineAsync(), Does.StartWith(PartProcess.Ready));
        return started;
    }
}
