using System.Diagnostics;
using System.Globalization;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tests.Streams.Files;

namespace Monolith.Embeddings.Tests.Snapshots.Crashes;

/// <summary>
/// A process that trains from a log and commits by the clock, as it is killed at any instant while the log is written, rotated and packed,
/// and as its store is backed up and set back.
/// </summary>
internal sealed class RestoredLogRun(string verb, int seed) : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly TestFolder _copies = new();
    private readonly Random _random = new(seed);

    public LogWriter Log { get; } = new();

    public FileSnapshotStore Store => new(_folder.Path);

    public FileSnapshotStore Backups => new(_copies.Path);

    /// <summary>How many events are in the log.</summary>
    public int Events { get; private set; }

    public int BadLines { get; private set; }

    public int Restores { get; private set; }

    /// <summary>How many restores threw away commits.</summary>
    public int SetBack { get; private set; }

    /// <summary>One life of the process.</summary>
    /// <param name="number">Which; of four, the second is set back after its end, and the last while it lives.</param>
    public async Task LiveAsync(int number)
    {
        for (var steps = _random.Next(3); steps > 0; steps--) Write();
        using var trainer = Start();
        try
        {
            await SomeCommitsAsync(trainer, _random.Next(1, 4));
            await AssertLivesAsync(trainer);
            await SnapshotBackup.CreateAsync(Store, Backups);
            if (number % 4 == 3)
            {
                // Under the trainer's feet: its next commit is refused, and it ends.
                await SomeCommitsAsync(trainer, 1);
                await RestoreAsync();
                while (!trainer.HasExited) await WriteAsync(20);
                Assert.That(trainer.ExitCode, Is.Not.Zero);
                return;
            }
            for (var left = _random.Next(10); left > 0; left--) await WriteAsync(_random.Next(20));
            await AssertLivesAsync(trainer);
        }
        finally
        {
            trainer.Kill();
            await trainer.WaitForExitAsync();
        }
        if (number % 4 == 1) await RestoreAsync();
    }

    public void Dispose()
    {
        Log.Dispose();
        _copies.Dispose();
        _folder.Dispose();
    }

    private static async Task AssertLivesAsync(Process trainer)
    {
        if (trainer.HasExited) Assert.Fail("the trainer ended by itself: " + await trainer.StandardError.ReadToEndAsync());
    }

    private async Task SomeCommitsAsync(Process trainer, int commits)
    {
        for (; commits > 0; commits--)
        {
            var before = await NewestAsync();
            while (await NewestAsync() == before && !trainer.HasExited) await WriteAsync(20);
        }
    }

    private async Task<ulong> NewestAsync() =>
        (await new SnapshotPublisher(Store).ReadAsync(CancellationToken.None))?.Newest?.Number ?? 0;

    // To any back-up: what came after it is learned once more, from the log.
    private async Task RestoreAsync()
    {
        var before = await NewestAsync();
        var all = await SnapshotBackup.ListAsync(Backups);
        var chosen = all[_random.Next(all.Count)];
        await SnapshotBackup.RestoreAsync(Backups, Store, chosen.Id);
        Restores++;
        if (chosen.Commit < before) SetBack++;
    }

    private async Task WriteAsync(int milliseconds)
    {
        Write();
        await Task.Delay(milliseconds);
    }

    private void Write()
    {
        for (var count = _random.Next(60); count > 0; count--, Events++)
        {
            // So many that batches often end just behind one.
            if (_random.Next(4) == 0) Bad("{\"User\":1,\"Item\":\n");
            if (_random.Next(8) == 0) Bad(string.Create(CultureInfo.InvariantCulture, $"{{\"User\":{Events}.5}}\n"));
            var click = new LoggedClick
            {
                User = verb == ClockedLogScenario.Timed ? Events : _random.Next(5000),
                Item = _random.Next(2000),
                Clicked = _random.Next(5) == 0,
                Time = DateTimeOffset.UnixEpoch.AddYears(56).AddMilliseconds(20 * Events),
            };
            Log.Raw(LogScenario.Line(click) + (_random.Next(5) == 0 ? "\r\n" : "\n"));
        }
        Log.Write(_random.Next(Log.Pending + 1));
        if (_random.Next(6) > 0) return;
        Log.FinishLine();
        Log.RotateByCounter(pack: _random.Next(2) == 0);
    }

    private void Bad(string line)
    {
        Log.Raw(line);
        BadLines++;
    }

    private Process Start() => Process.Start(new ProcessStartInfo("dotnet")
    {
        ArgumentList = { typeof(ClockedLogScenario).Assembly.Location, verb, _folder.Path, Log.Live },
        RedirectStandardError = true,
    })!;
}
