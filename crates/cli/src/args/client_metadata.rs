//! An option for each property of a client's metadata, from the table that declares them.

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};
use jeton_core::model::{CLIENT_PROPERTIES, ClientProperty, Shape};
use serde_json::{Map, Value};

/// The properties that the command line names, under their registered names. A key set comes by `--metadata`.
#[derive(Debug)]
pub(crate) struct MetadataOptions(pub(crate) Map<String, Value>);

impl Args for MetadataOptions {
    fn augment_args(command: Command) -> Command {
        command.args(CLIENT_PROPERTIES.iter().filter_map(option))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for MetadataOptions {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let named = |property: &ClientProperty| Some((property.name.to_owned(), value(property, matches)?));
        Ok(Self(CLIENT_PROPERTIES.iter().filter_map(named).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.extend(Self::from_arg_matches(matches)?.0);
        Ok(())
    }
}

/// The option of a property; `-h` is short and leaves most of them out.
fn option(property: &'static ClientProperty) -> Option<Arg> {
    let (parser, word): (ValueParser, _) = match property.shape {
        Shape::Text | Shape::Texts => (value_parser!(String), "TEXT"),
        Shape::Flag => (value_parser!(bool), "true|false"),
        Shape::Number => (value_parser!(u64).into(), "NUMBER"),
        Shape::Page | Shape::Endpoint | Shape::Endpoints => (value_parser!(String), "URL"),
        Shape::Keys => return None,
    };
    let is_list = matches!(property.shape, Shape::Texts | Shape::Endpoints);
    let more = if is_list { "; repeat for more" } else { "" };
    let option = Arg::new(property.name)
        .long(property.name.replace('_', "-"))
        .value_name(word)
        .value_parser(parser)
        .action(if is_list { ArgAction::Append } else { ArgAction::Set })
        .help(format!("{}{more}", property.doc().trim_end_matches('.')))
        .help_heading("Metadata")
        .hide_short_help(property.name != "client_name");
    Some(option)
}

fn value(property: &ClientProperty, matches: &ArgMatches) -> Option<Value> {
    let text = |text: &String| Value::from(text.as_str());
    match property.shape {
        Shape::Text | Shape::Page | Shape::Endpoint => matches.get_one::<String>(property.name).map(text),
        Shape::Texts | Shape::Endpoints => {
            Some(matches.get_many::<String>(property.name)?.map(text).collect::<Vec<_>>().into())
        }
        Shape::Flag => matches.get_one::<bool>(property.name).copied().map(Value::from),
        Shape::Number => matches.get_one::<u64>(property.name).copied().map(Value::from),
        Shape::Keys => None,
    }
}
