using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Models.Calibration;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Models.Calibration;

/// <summary>What an online correction learns, against the optimum of all examples and against the truth.</summary>
public class PlattScalingTests
{
    private const double NoDecay = 1e12;

    [Test]
    public void Nothing_is_changed_at_first()
    {
        var platt = new PlattScaling();
        foreach (var logit in new[] { 0, -1.5f, 1e30f, float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            Assert.That(platt.Apply(logit), Is.EqualTo(logit));
        platt.Step(1000);
        Assert.That((platt.Slope, platt.Intercept), Is.EqualTo((1.0, 0.0)));
    }

    // The oracle sees all examples at once, as often as it likes. A curvature of the first steps, taken at a slope of 1, is too large for a
    // slope of 2, and without decay it stays.
    [Test]
    public void One_pass_comes_as_near_as_all_examples_allow([Values(1, 2, 3)] int seed, [Values(0.5, 1, 2)] double slope)
    {
        var rows = Rows(seed, 60_000, x => slope * x - 1);
        var platt = Learn(rows, NoDecay);
        var (a, b) = Optimum(rows);
        Assert.That(platt.Slope, Is.EqualTo(a).Within(slope < 2 ? 0.01 : 0.04));
        Assert.That(platt.Intercept, Is.EqualTo(b).Within(slope < 2 ? 0.01 : 0.04));
        Assert.That(platt.Slope, Is.EqualTo(slope).Within(0.06));
        Assert.That(platt.Intercept, Is.EqualTo(-1).Within(0.06));
    }

    [Test]
    public void What_is_forgotten_makes_room_for_what_is_true_now()
    {
        var platt = new PlattScaling();
        foreach (var shift in new[] { -1, 1.5 })
        {
            Learn(Rows(4, 60_000, x => x + shift), memory: 10_000, platt);
            Assert.That(platt.Intercept, Is.EqualTo(shift).Within(0.15));
        }
    }

    // Negatives kept at one of ten, and trained with the offset -ln(1/10): served is what is true of all.
    [Test]
    public void Offsets_of_sampling_are_made_up_for()
    {
        var random = new Random(5);
        (float, float Offset, float Label, float)[] all = Rows(5, 400_000, x => 0.7 * x - 3);
        (float Logit, float, float Label, float)[] kept =
            [.. all.Where(r => r.Label == 1 || random.Next(10) == 0).Select(r => r with { Offset = (float)Math.Log(10) })];
        var platt = Learn(kept, NoDecay);
        Assert.That(platt.Slope, Is.EqualTo(0.7).Within(0.05));
        Assert.That(platt.Intercept, Is.EqualTo(-3).Within(0.06));
    }

    // Each example is a negative, and those that turn out positive are positives as well.
    [Test]
    public void Fake_negatives_are_made_up_for_by_their_weights()
    {
        (float, float, float Label, float)[] true_ = Rows(6, 300_000, x => 0.8 * x - 1.5);
        (float, float, float, float)[] stream = [.. true_.SelectMany(r => r.Label == 1 ? [r with { Label = 0 }, r] : new[] { r })];
        var platt = Learn<WeightedNegativesRule>(stream, NoDecay, new PlattScaling());
        Assert.That(platt.Slope, Is.EqualTo(0.8).Within(0.06));
        Assert.That(platt.Intercept, Is.EqualTo(-1.5).Within(0.06));
    }

    [Test]
    public void A_burst_of_wrong_labels_moves_it_no_further_than_its_share()
    {
        var platt = Learn(Rows(7, 50_000, x => x), memory: 100_000);
        var before = (platt.Slope, platt.Intercept);
        // 100 of about 40,000 that count: sure negatives that are said to be positive, with logits beyond all others.
        Learn([.. Enumerable.Range(0, 100).Select(_ => (-1e30f, 0f, 1f, 1f))], memory: 100_000, platt);
        Assert.That(Math.Abs(platt.Slope - before.Slope), Is.LessThan(0.1));
        Assert.That(Math.Abs(platt.Intercept - before.Intercept), Is.LessThan(0.1));
        Assert.That(platt.Slope, Is.LessThan(before.Slope));
    }

    [Test]
    public void Absurd_numbers_leave_it_usable([Values(1, 2, 3, 4)] int seed)
    {
        var (platt, random) = (new PlattScaling(), new Random(seed));
        float[] logits = [0, 1e-30f, -3, 40, -40, float.MaxValue, -float.MaxValue];
        float[] sizes = [0, 1e-30f, 1, 1e6f, 1e9f, 1e30f, float.MaxValue];
        for (var batch = 0; batch < 500; batch++)
        {
            for (var i = 0; i < 4; i++)
            {
                platt.Add<LogLossRule>(
                    logits[random.Next(7)], logits[random.Next(7)], random.Next(2), sizes[random.Next(7)]);
            }
            platt.Step(1000);
            Assert.That(platt.Slope, Is.InRange(0.1, 10));
            Assert.That(platt.Intercept, Is.InRange(-10.0, 10.0));
            foreach (var logit in logits) Assert.That(float.IsFinite(platt.Apply(logit)));
        }
    }

    [Test]
    public void What_was_saved_goes_on_with_the_same_bits()
    {
        var rows = Rows(8, 5000, x => 2 * x);
        var (first, second) = (rows[..2500], rows[2500..]);
        var platt = Learn(first, memory: 3000);
        var fields = new FieldWriter();
        platt.Save(fields);
        var reader = new FieldReader(fields.Written);
        var loaded = PlattScaling.Load(ref reader);
        Learn(second, memory: 3000, platt);
        Learn(second, memory: 3000, loaded);
        Assert.That((loaded.Slope, loaded.Intercept), Is.EqualTo((platt.Slope, platt.Intercept)));
    }

    [Test]
    public void Bytes_of_no_correction_are_refused()
    {
        foreach (var (place, value) in new[] { (0, 0.0), (0, double.NaN), (1, 11), (2, -1), (2, double.NaN), (3, double.NaN), (4, -1) })
        {
            var fields = new FieldWriter();
            double[] numbers = [1, 0, 5, 1, 5];
            numbers[place] = value;
            foreach (var number in numbers) fields.Double(number);
            Assert.That(() => Load(fields.Written.ToArray()), Throws.InstanceOf<FormatException>(), $"{place}: {value}");
        }

        static void Load(byte[] bytes)
        {
            var reader = new FieldReader(bytes);
            PlattScaling.Load(ref reader);
        }
    }

    private static PlattScaling Learn((float, float, float, float)[] rows, double memory, PlattScaling? platt = null) =>
        Learn<LogLossRule>(rows, memory, platt ?? new PlattScaling());

    private static PlattScaling Learn<TRule>((float Logit, float Offset, float Label, float Weight)[] rows, double memory, PlattScaling to)
        where TRule : struct, IFeedbackRule
    {
        foreach (var batch in rows.Chunk(100))
        {
            foreach (var (logit, offset, label, weight) in batch) to.Add<TRule>(logit, offset, label, weight);
            to.Step(memory);
        }
        return to;
    }

    private static (float Logit, float Offset, float Label, float Weight)[] Rows(int seed, int count, Func<double, double> truth)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var x = 6 * random.NextDouble() - 3;
            return ((float)x, 0f, random.NextDouble() < 1 / (1 + Math.Exp(-truth(x))) ? 1f : 0, 1f);
        })];
    }

    private static (double Slope, double Intercept) Optimum((float Logit, float Offset, float Label, float Weight)[] rows)
    {
        double a = 1, b = 0;
        for (var round = 0; round < 30; round++)
        {
            double ga = 0, gb = 0, haa = 0, hab = 0, hbb = 0;
            foreach (var (x, _, y, _) in rows)
            {
                var p = 1 / (1 + Math.Exp(-(a * x + b)));
                (ga, gb) = (ga + (p - y) * x, gb + p - y);
                var h = p * (1 - p);
                (haa, hab, hbb) = (haa + h * x * x, hab + h * x, hbb + h);
            }
            var determinant = haa * hbb - hab * hab;
            (a, b) = (a - (hbb * ga - hab * gb) / determinant, b - (haa * gb - hab * ga) / determinant);
        }
        return (a, b);
    }
}
