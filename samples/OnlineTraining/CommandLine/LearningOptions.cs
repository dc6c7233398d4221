using System.CommandLine;
using System.Globalization;
using OnlineTraining.Contest;
using Samples.Common;

namespace OnlineTraining.CommandLine;

/// <summary>The options by which models are made, learn and are reported: those that the programs of a contest have in common.</summary>
/// <param name="defaults">The numbers where the user says nothing.</param>
public sealed class LearningOptions(ModelSettings defaults)
{
    private readonly Option<int> _dimension = new("--dimension")
    {
        HelpName = "N",
        Description = "Dimension of the embedding vectors.",
        DefaultValueFactory = _ => defaults.Dimension,
    };
    private readonly Option<string> _hidden = new("--hidden")
    {
        HelpName = "N,N",
        Description = "Widths of the hidden layers; 0 for none.",
        DefaultValueFactory = _ => string.Join(',', defaults.Hidden.Select(width => $"{width}")),
    };
    private readonly Option<int> _batch =
        new("--batch-size") { HelpName = "N", Description = "Examples a batch.", DefaultValueFactory = _ => defaults.BatchSize };
    private readonly Option<float> _vectorRate =
        Rate("--vector-rate", "Learning rate of the vectors (Adagrad).", defaults.VectorRate);
    private readonly Option<float> _biasRate = Rate("--bias-rate", "Learning rate of the biases (FTRL).", defaults.BiasRate);
    private readonly Option<float> _denseRate =
        Rate("--dense-rate", "Learning rate of the dense weights (Adagrad).", defaults.DenseRate);
    private readonly Option<float> _vectorDecay = Rate("--vector-decay", "Weight decay of the vectors.", defaults.VectorDecay);
    private readonly Option<ulong> _seed = new("--seed")
    {
        HelpName = "N",
        Description = "Seed of all first values and of the synthetic stream.",
        DefaultValueFactory = _ => defaults.Seed,
    };
    private readonly Option<long> _window =
        new("--window") { HelpName = "N", Description = "Events in a window of metrics.", DefaultValueFactory = _ => defaults.Window };
    private readonly Option<string?> _plot = new("--plot")
    {
        HelpName = "FILE.svg",
        Description = "Draw the AUC over the events into this file, and for dark pages into FILE-dark.svg; or FILE.png.",
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])
            [_dimension, _hidden, _batch, _vectorRate, _biasRate, _denseRate, _vectorDecay, _seed, _window, _plot])
            command.Options.Add(option);
    }

    /// <summary>The numbers that the user asked for, and the defaults where he did not.</summary>
    public ModelSettings Settings(ParseResult result)
    {
        return defaults with
        {
            Dimension = result.GetValue(_dimension),
            Hidden = Hidden(result.GetValue(_hidden)!),
            BatchSize = result.GetValue(_batch),
            VectorRate = result.GetValue(_vectorRate),
            BiasRate = result.GetValue(_biasRate),
            DenseRate = result.GetValue(_denseRate),
            VectorDecay = result.GetValue(_vectorDecay),
            Seed = result.GetValue(_seed),
            Window = result.GetValue(_window),
        };
    }

    /// <summary>Where to draw the plot; null for nowhere.</summary>
    public string? Plot(ParseResult result) =>
        result.GetValue(_plot);

    private static Option<float> Rate(string name, string description, float standard) => new(name)
    {
        HelpName = "R",
        Description = description,
        CustomParser = Number.Parse,
        DefaultValueFactory = _ => standard,
    };

    private static int[] Hidden(string text)
    {
        if (text == "0") return [];
        var widths = new List<int>();
        foreach (var part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var width) || width < 1)
                throw new UsageException($"'{text}' is not a list of layer widths; --hidden takes numbers such as 64,32, or 0 for none.");
            widths.Add(width);
        }
        return [.. widths];
    }
}
