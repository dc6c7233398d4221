using System.Diagnostics;
using System.Globalization;

namespace Experiments.Trials;

/// <summary>
/// A bar of the trials that are done, with the time that is left: rewritten in place in a terminal, a line every tenth in a pipe or a file.
/// Thread-safe.
/// </summary>
/// <param name="output">Where to write.</param>
/// <param name="isTerminal">Whether a line can be rewritten.</param>
/// <param name="name">The experiment.</param>
/// <param name="total">How many trials there are.</param>
/// <param name="done">How many an earlier run has done.</param>
internal sealed class TrialProgress(TextWriter output, bool isTerminal, string name, int total, int done)
{
    private const int Bars = 30, Lines = 10;

    private readonly Lock _lock = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly int _before = done;
    private int _done = done;
    private int _tenths;

    /// <summary>Says where the experiment stands before its first trial.</summary>
    public void Begin()
    {
        if (_before > 0) output.WriteLine($"{name}: {_before} of {total} trials stand from an earlier run");
    }

    /// <summary>One trial is done.</summary>
    public void Step()
    {
        lock (_lock)
        {
            _done++;
            if (isTerminal) output.Write("\r" + Line() + " ");
            else if (_done * Lines / total > _tenths) output.WriteLine(Line());
            _tenths = _done * Lines / total;
            if (isTerminal && _done == total) output.WriteLine();
        }
    }

    private string Line()
    {
        var full = Bars * _done / total;
        var left = Stopwatch.GetElapsedTime(_start) * ((double)(total - _done) / (_done - _before));
        return string.Create(CultureInfo.InvariantCulture,
            $"{name} [{new string('#', full)}{new string('.', Bars - full)}] {_done}/{total}, {left.TotalSeconds:F0} s left");
    }
}
