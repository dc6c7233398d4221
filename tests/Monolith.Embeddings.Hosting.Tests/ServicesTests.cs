using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Hosting.Tests.Support;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Hosting.Tests;

public class ServicesTests
{
    private const string File = """
        {
          "Recommender": {
            "TableSet": { "Seed": 7, "MemoryLimitBytes": 33554432 },
            "Tables": {
              "users": {
                "Segments": [
                  { "Name": "bias", "Optimizer": { "Type": "Ftrl", "L1": 0.01 } },
                  {
                    "Name": "vector", "Dimension": 16, "Optimizer": "Adagrad",
                    "Initializer": { "Type": "Uniform", "Minimum": -0.01, "Maximum": 0.01 }
                  }
                ],
                "Expiry": { "Type": "TimeToLive", "Duration": "30.00:00:00", "Clock": "WallClock" }
              },
              "items": {
                "Segments": [ { "Name": "vector", "Dimension": 16 } ],
                "Admission": { "Type": "MinOccurrences", "Occurrences": 3 },
                "AtLimit": { "Type": "LeastRecentlyUpdated" },
                "MaxRows": 1000
              }
            },
            "Slots": [ { "Name": "user", "Table": "users" }, { "Name": "recent", "Table": "items", "Pooling": "Mean", "MaxIds": 50 } ],
            "Tasks": [ "click" ]
          }
        }
        """;

    [Test]
    public void A_container_gives_the_tables_that_a_file_describes_and_disposes_them()
    {
        EmbeddingTableSet tables;
        using (var services = Provide(File))
        {
            tables = services.GetRequiredService<EmbeddingTableSet>();
            Assert.That(services.GetRequiredService<EmbeddingTableSet>(), Is.SameAs(tables));
            Assert.That(
                tables.Tables.Select(t => t.Name), Is.EqualTo(["items", "users"]), "an object's keys are in the order of their names");
            Assert.That(tables.MemoryLimitBytes, Is.EqualTo(33554432));
            var items = tables.Schema.Tables[0];
            Assert.That((items.MaxRows, ((MinOccurrencesOptions)items.Admission!).Occurrences), Is.EqualTo((1000L, 3)));
            Assert.That(((FtrlOptions)tables.Schema.Tables[1].Segments[0].Optimizer).L1, Is.EqualTo(0.01f));
            var row = new float[17];
            tables["users"].LookupOrAdmit([5], [], row, eventTime: At.Seconds(1));
            Assert.That(row[1..], Is.All.InRange(-0.01f, 0.01f).And.Some.Not.Zero);
            var schema = services.GetRequiredService<FeatureSchema>();
            Assert.That(schema, Is.SameAs(tables.Schema));
            Assert.That(schema.Slots.Select(s => (s.Name, s.Pooling, s.MaxIds)),
                Is.EqualTo([("user", Pooling.Sum, int.MaxValue), ("recent", Pooling.Mean, 50)]));
            Assert.That(schema.Tasks.Select(t => t.Name), Is.EqualTo(["click"]));
        }
        Assert.That(() => tables["users"].Contains(5), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void A_sequence_is_described_with_its_order_and_values()
    {
        const string described = "\"Pooling\": \"None\", \"MaxIds\": 50, \"Order\": \"OldestFirst\", \"StepValues\": [ \"age\", \"kind\" ]";
        const string pooled = "\"Pooling\": \"Mean\", \"MaxIds\": 50";
        using (var services = Provide(File.Replace(pooled, described, StringComparison.Ordinal)))
        {
            var slot = services.GetRequiredService<FeatureSchema>().Slots[1];
            Assert.That((slot.Pooling, slot.MaxIds, slot.Order), Is.EqualTo((Pooling.None, 50, SequenceOrder.OldestFirst)));
            Assert.That(slot.StepValues, Is.EqualTo(new[] { "age", "kind" }));
        }
        var summed = described.Replace("None", "Sum", StringComparison.Ordinal);
        using var wrong = Provide(File.Replace(pooled, summed, StringComparison.Ordinal));
        Assert.That(() => wrong.GetRequiredService<FeatureSchema>(), Throws.InstanceOf<OptionsValidationException>()
            .With.Message.Contains("StepValues").And.Message.Contains("Order"));
    }

    [Test]
    public void The_services_clock_is_the_tables()
    {
        var clock = new FixedClock { Now = DateTimeOffset.UnixEpoch.AddDays(10) };
        using var services = Provide(File, add: s => s.AddSingleton<TimeProvider>(clock));
        var users = services.GetRequiredService<EmbeddingTableSet>()["users"];
        users.Assign([1], new float[17], eventTime: clock.Now);
        Assert.That(users.Evict(), Is.Zero);
        clock.Now = clock.Now.AddDays(30);
        Assert.That(users.Evict(), Is.EqualTo(1));
    }

    [Test]
    public void Later_sources_override_single_keys()
    {
        var overridden = File.Replace("\"Tasks\"", "\"DenseWidth\": 3, \"Tasks\"", StringComparison.Ordinal);
        using var services = Provide(overridden, code: o => o.Tables[0].MaxRows = 5);
        Assert.That(services.GetRequiredService<EmbeddingTableSet>().Schema.Tables[0].MaxRows, Is.EqualTo(5));
        Assert.That(services.GetRequiredService<FeatureSchema>().DenseWidth, Is.EqualTo(3));
    }

    [Test]
    public void What_cannot_be_read_and_what_is_out_of_range_fails_together()
    {
        var broken = File.Replace("\"L1\": 0.01", "\"L1\": -1", StringComparison.Ordinal)
            .Replace("30.00:00:00", "soon", StringComparison.Ordinal);
        using var services = Provide(broken);
        var failure = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<EmbeddingTableSet>());
        Assert.That(failure!.Failures, Is.EqualTo(new[]
        {
            "Recommender:Tables:users:Expiry:Duration: 'soon' is not a time span with hours, minutes and seconds, "
                + "such as 1.00:00:00 for a day or 01:00:00 for an hour; a bare number has no unit.",
            "Recommender:Tables:users:Segments:0:Optimizer:L1: -1 is not a finite number of at least 0.",
        }));
        Assert.That(() => services.GetRequiredService<IStartupValidator>().Validate(), Throws.InstanceOf<OptionsValidationException>(),
            "a host validates when it starts");
    }

    [Test]
    public void Tables_alone_have_no_feature_schema()
    {
        using var services = Provide(
            """{ "Recommender": { "Tables": [ { "Name": "t", "Segments": { "b": {}, "a": { "Dimension": 2 } } } ] } }""");
        Assert.That(services.GetRequiredService<EmbeddingTableSet>()["t"].Dimension, Is.EqualTo(3));
        Assert.That(
            () => services.GetRequiredService<FeatureSchema>(), Throws.InvalidOperationException.With.Message.Contains("needs Slots"));
    }

    private static ServiceProvider Provide(
        string json, Action<IServiceCollection>? add = null, Action<Hosting.Configuration.EmbeddingsOptions>? code = null)
    {
        var services = new ServiceCollection();
        add?.Invoke(services);
        var options = services.AddMonolithEmbeddings(Json.Read(json).GetSection("Recommender"));
        if (code is not null) options.Configure(code);
        return services.BuildServiceProvider();
    }

    private sealed class FixedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
