using System.Text.Json;

namespace Experiments.Trials;

/// <summary>
/// The results of an experiment in a file, a line each, written as they come, so that a run that was stopped goes on where it was. A line
/// that was cut off is dropped. Thread-safe.
/// </summary>
internal sealed class TrialJournal
{
    private static readonly JsonSerializerOptions Format =
        new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly List<TrialResult> _results;
    private TimeSpan _cpu = Environment.CpuUsage.TotalTime;

    /// <summary>Opens a journal, and reads what it has.</summary>
    /// <param name="path">The file; made with its folder where it is not there.</param>
    /// <param name="setup">What the trials run on. Results of another setup stay in the file, and are not seen.</param>
    public TrialJournal(string path, string setup)
    {
        (_path, Setup) = (path, setup);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var lines = File.Exists(path) ? File.ReadAllText(path) : "";
        var whole = lines[..(lines.LastIndexOf('\n') + 1)];
        if (whole.Length < lines.Length) File.WriteAllText(path, whole);
        _results = [.. whole.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse).Where(result => result.Setup == setup)];
    }

    /// <summary>What the trials run on.</summary>
    public string Setup { get; }

    /// <summary>The results so far.</summary>
    public IReadOnlyList<TrialResult> Results
    {
        get
        {
            lock (_lock) return [.. _results];
        }
    }

    /// <summary>Whether a trial is done.</summary>
    public bool Has(Trial trial) => Results.Any(result => result.Arm == trial.Arm && result.Seed == trial.Seed);

    /// <summary>Adds a result.</summary>
    public void Add(Trial trial, double seconds, IReadOnlyDictionary<string, double> figures)
    {
        lock (_lock)
        {
            var (before, now) = (_cpu, Environment.CpuUsage.TotalTime);
            _cpu = now;
            var result = new TrialResult(Setup, trial.Arm, trial.Seed, seconds, figures, (now - before).TotalSeconds);
            File.AppendAllText(_path, JsonSerializer.Serialize(result, Format) + "\n");
            _results.Add(result);
        }
    }

    private static TrialResult Parse(string line) => JsonSerializer.Deserialize<TrialResult>(line, Format)!;
}
