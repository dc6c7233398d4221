using Experiments.Choices;
using Experiments.Data;
using OnlineTraining.Contest;

namespace Experiments;

/// <summary>
/// Rates and sizes by the form of the data, as the command <c>choose</c> chose them on the first part of a stream; which, stands in
/// docs/results/README.md.
/// </summary>
internal static class ModelChoices
{
    /// <summary>The model for data of a form.</summary>
    public static ModelSettings Of(LogFormat format) => format switch
    {
        // Not chosen: no such file was available.
        LogFormat.Criteo => new ModelSettings { Dimension = 16, Hidden = [256, 128], BatchSize = 256, VectorRate = 0.02f },
        LogFormat.MovieLens or LogFormat.MovieLensCsv => new Candidate(16, 32, 0.1f, 0.1f, 0.02f).Apply(new ModelSettings()),
        LogFormat.Yoochoose => new Candidate(16, 16, 0.1f, 0.1f, 0.02f).Apply(new ModelSettings()),
        LogFormat.OnlineRetail => new Candidate(8, 16, 0.1f, 0.1f, 0.05f).Apply(new ModelSettings()),
        _ => new Candidate(8, 32, 0.05f, 0.05f, 0.02f).Apply(new ModelSettings()),
    };
}
